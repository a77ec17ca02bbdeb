import { formatKey, hashOf, isSecretOf, newKeyText, parseKey } from './key-text.js';

describe('A key', () => {
  it('is random, and read as it was written', () => {
    const [one, other] = [newKeyText(), newKeyText()];
    expect(one.id).not.toBe(other.id);
    expect(one.secret).not.toBe(other.secret);
    expect(Buffer.from(one.secret, 'base64url')).toHaveLength(32);
    expect(formatKey(one)).toMatch(/^hub_[0-9a-f]{16}_[\w-]{43}$/);
    expect(parseKey(formatKey(one))).toEqual(one);
  });

  it('is not kept, only what nobody can get it back from', () => {
    const { secret } = newKeyText();
    const hash = hashOf(secret);
    expect(hash).not.toContain(secret);
    expect(isSecretOf(hash, secret)).toBe(true);
    expect(isSecretOf(hash, newKeyText().secret)).toBe(false);
    expect(isSecretOf('', secret)).toBe(false);
  });

  it.each([
    ...['', 'hub_', 'hub__', 'rubbish', `hub_${'0'.repeat(16)}_${'a'.repeat(42)}`],
    ...[`hub_${'0'.repeat(16)}_${'a'.repeat(44)}`, `hub_${'G'.repeat(16)}_${'a'.repeat(43)}`],
    ` hub_${'0'.repeat(16)}_${'a'.repeat(43)}`,
    `hub_${'0'.repeat(16)}_${'a'.repeat(43)}\n`,
  ])('is not "%s"', (text) => expect(parseKey(text)).toBeUndefined());
});
