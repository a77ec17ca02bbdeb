import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';

const KEY_ID = 'key-1';
const ALGORITHM = 'RS256';
const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'hindsight';
const HOUR_S = 3_600;

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

/** What a token says; what is left out is as it should be, and what is undefined is left out of it. */
export type Claims = Readonly<Record<string, unknown>>;

/** Signs tokens, and tells its public key to whoever asks. */
export class Issuer {
  /** How often it was asked for its public keys. */
  asked = 0;
  isAway = false;

  private constructor(
    private readonly server: Server,
    private readonly keys: KeyPair,
    private readonly otherKeys: KeyPair,
  ) {}

  static async start(): Promise<Issuer> {
    const keys = await generateKeyPair(ALGORITHM, { extractable: true });
    const jwk = await exportJWK(keys.publicKey);
    const set = JSON.stringify({ keys: [{ ...jwk, kid: KEY_ID, alg: ALGORITHM, use: 'sig' }] });
    const server = createServer((_, response) => {
      issuer.asked += 1;
      if (issuer.isAway) response.writeHead(503).end();
      else response.writeHead(200, { 'Content-Type': 'application/json' }).end(set);
    });
    const issuer = new Issuer(server, keys, await generateKeyPair(ALGORITHM));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return issuer;
  }

  /** For a server that is to believe its tokens. */
  get settings(): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    return {
      JWT_JWKS_URL: `http://127.0.0.1:${port}/keys`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    };
  }

  token(scope: string, claims: Claims = {}): Promise<string> {
    return this.sign(this.keys, { scope, ...claims });
  }

  /** As `token`, by somebody who has another key and gives it the same name. */
  forgedToken(scope: string): Promise<string> {
    return this.sign(this.otherKeys, { scope });
  }

  /** As `token`, with a key that nobody has heard of. */
  tokenOfUnknownKey(scope: string): Promise<string> {
    return this.sign(this.otherKeys, { scope }, 'key-2');
  }

  unsignedToken(scope: string): string {
    return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claimsOf({ scope }))}.`;
  }

  /** Signed as with a secret that everybody knows: the public key. */
  async tokenSignedByPublicKey(scope: string): Promise<string> {
    const head = encoded({ alg: 'HS256', typ: 'JWT', kid: KEY_ID });
    const content = `${head}.${encoded(claimsOf({ scope }))}`;
    const secret = await exportSPKI(this.keys.publicKey);
    return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private sign({ privateKey }: KeyPair, claims: Claims, kid = KEY_ID): Promise<string> {
    return new SignJWT(claimsOf(claims))
      .setProtectedHeader({ alg: ALGORITHM, kid })
      .sign(privateKey);
  }
}

function claimsOf(claims: Claims): Claims {
  const now = Math.floor(Date.now() / 1_000);
  return { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + HOUR_S, ...claims };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
