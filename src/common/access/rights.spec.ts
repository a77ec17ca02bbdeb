import { isRight, Rights } from './rights.js';

describe('Rights', () => {
  it.each(['read:user', 'read:*', 'append:saga_transfer', 'append:*', 'operate', 'delegate'])(
    'know %s',
    (text) => expect(isRight(text)).toBe(true),
  );

  it.each([
    ...['', 'read', 'read:', 'read:User', 'read:user-1', 'read:**', 'read:u*', 'write:user'],
    ...['append', 'operate:user', 'delegate:*', ' read:user', 'read:user\n', 'OPERATE', '*'],
  ])('do not know "%s"', (text) => expect(isRight(text)).toBe(false));

  it('are those of a scope, which may speak of other things', () => {
    const rights = Rights.in('openid read:user  profile append:order email:* operate');
    expect(rights.toString()).toBe('read:user append:order operate');
  });

  it('allow what they name, and nothing else', () => {
    const rights = Rights.in('read:user append:order');
    expect(rights.has('read:user')).toBe(true);
    expect(rights.has('append:order')).toBe(true);
    for (const missing of [
      ...(['read:order', 'append:user', 'read:use', 'read:users', 'read:*', 'append:*'] as const),
      ...(['operate', 'delegate', 'read:', 'read:user:x'] as const),
    ]) {
      expect(rights.has(missing)).toBe(false);
    }
  });

  it('allow every category by *, of the same verb', () => {
    const rights = Rights.in('read:*');
    expect(rights.has('read:anything')).toBe(true);
    expect(rights.has('append:anything')).toBe(false);
    expect(rights.has('operate')).toBe(false);
    expect(rights.has('delegate')).toBe(false);
  });

  it('say which categories may be read', () => {
    expect(Rights.in('read:user append:order read:account').readable).toEqual(['user', 'account']);
    expect(Rights.in('append:* operate').readable).toEqual([]);
    expect(Rights.in('read:user read:*').readable).toBe('all');
  });
});
