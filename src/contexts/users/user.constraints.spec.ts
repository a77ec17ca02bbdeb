import { validateSync } from 'class-validator';
import { IsUserEmail, IsUserId, IsUsername } from './user.constraints.js';

class Constrained {
  @IsUsername()
  username: unknown = 'john_doe';

  @IsUserEmail()
  email: unknown = 'john@example.com';

  @IsUserId()
  id: unknown = '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c';
}

function isValid(fields: Partial<Constrained>): boolean {
  return validateSync(Object.assign(new Constrained(), fields)).length === 0;
}

describe('A user name', () => {
  it.each(['abc', 'John_Doe', 'a.b-c_d', 'x'.repeat(32), 'a1234'])('may be %s', (username) => {
    expect(isValid({ username })).toBe(true);
  });

  it.each([
    '',
    'ab',
    'x'.repeat(33),
    '1abc',
    '_abc',
    '-abc',
    'a b',
    'abc ',
    'abc\n',
    'äbc',
    'a/b',
    7,
    null,
  ])('may not be %j', (username) => {
    expect(isValid({ username })).toBe(false);
  });
});

describe('An address', () => {
  it.each([
    'a@b.co',
    'first.last+tag@sub.example.com',
    'björn@exämple.org',
    `${'a'.repeat(64)}@b.co`,
  ])('may be %s', (email) => {
    expect(isValid({ email })).toBe(true);
  });

  it.each([
    '',
    'a',
    'a@b',
    '@example.com',
    'a@@example.com',
    'a b@example.com',
    'a@example.com ',
    'a@example.com\n',
    'a\0@example.com',
    '\ud800@example.com',
    `a@${'b'.repeat(249)}.com`,
    'a@localhost',
    ['a@b.co'],
    {},
    null,
  ])('may not be %j', (email) => {
    expect(isValid({ email })).toBe(false);
  });
});

describe('The id of a user', () => {
  it.each(['5b1f0c1e-8a43-5a0c-9f5e-6d1f7c2b9e10', '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c'])(
    'may be a UUID of any version, %s',
    (id) => {
      expect(isValid({ id })).toBe(true);
    },
  );

  it.each(['', '1', 'john_doe', '0190b3c46b1c7c3e8f2a5d9e1f7a2b3c', 1, null])(
    'may not be %j',
    (id) => {
      expect(isValid({ id })).toBe(false);
    },
  );
});
