import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const KEY = /^hub_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A key as its holder has it: `hub_<id>_<secret>`. */
export interface KeyText {
  readonly id: string;
  readonly secret: string;
}

/** Of 256 random bits, so that nobody guesses it, and a hash that is quick hides it as well as one that is slow. */
export function newKeyText(): KeyText {
  return {
    id: randomBytes(ID_BYTES).toString('hex'),
    secret: randomBytes(SECRET_BYTES).toString('base64url'),
  };
}

export function formatKey({ id, secret }: KeyText): string {
  return `hub_${id}_${secret}`;
}

/** Undefined for what is no key. */
export function parseKey(text: string): KeyText | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  return id === undefined ? undefined : { id, secret };
}

/** Whether a text is meant to be a key, and not a token. */
export function looksLikeKey(text: string): boolean {
  return text.startsWith('hub_');
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** In a time that does not tell how much of the secret is right. */
export function isSecretOf(hash: string, secret: string): boolean {
  const known = Buffer.from(hash);
  const given = Buffer.from(hashOf(secret));
  return known.length === given.length && timingSafeEqual(known, given);
}
