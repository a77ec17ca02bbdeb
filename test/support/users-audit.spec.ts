import { createHash } from 'node:crypto';
import type { LoggedEvent } from './logged-events.js';
import { UsersAudit } from './users-audit.js';

type Written = Pick<LoggedEvent, 'stream' | 'type'> & { readonly data?: LoggedEvent['data'] };

const emailStream = (email: string): string =>
  `email-${createHash('sha256').update(email).digest('hex')}`;

const created = (id: string, username: string, email: string): Written[] => [
  { stream: `user-${id}`, type: 'user.created', data: { username, email } },
  { stream: `username-${username}`, type: 'username.reserved', data: { userId: id } },
  { stream: emailStream(email), type: 'email.reserved', data: { userId: id } },
];

const changed = (id: string, from: string, to: string): Written[] => [
  { stream: `user-${id}`, type: 'user.email-changed', data: { email: to } },
  { stream: emailStream(to), type: 'email.reserved', data: { userId: id } },
  { stream: emailStream(from), type: 'email.released', data: { userId: id } },
];

const deactivated = (id: string): Written[] => [{ stream: `user-${id}`, type: 'user.deactivated' }];

/** A log without a fault, each batch from a request of its own. */
function logOf(...batches: readonly (readonly Written[])[]): LoggedEvent[] {
  const revisions = new Map<string, number>();
  const events: LoggedEvent[] = [];
  batches.forEach((batch, request) => {
    for (const { stream, type, data = {} } of batch) {
      const revision = (revisions.get(stream) ?? 0) + 1;
      const position = events.length + 1;
      revisions.set(stream, revision);
      const id = `event ${position}`;
      const correlationId = `request ${request + 1}`;
      events.push({ position, id, stream, revision, type, data, correlationId });
    }
  });
  return events;
}

const violationsOf = (events: readonly LoggedEvent[]): string[] =>
  new UsersAudit(events).violations;

const ADA = created('1', 'ada', 'ada@example.com');
const JO = created('2', 'jo', 'jo@example.com');

describe('The audit of the log of users', () => {
  it('has nothing to complain of where everything is as it must be', () => {
    const log = logOf(
      ADA,
      JO,
      changed('1', 'ada@example.com', 'lovelace@example.com'),
      changed('2', 'jo@example.com', 'ada@example.com'),
      deactivated('1'),
    );
    const audit = new UsersAudit(log);
    expect(audit.violations).toEqual([]);
    expect([...audit.users.values()]).toEqual([
      {
        id: '1',
        username: 'ada',
        email: 'lovelace@example.com',
        status: 'deactivated',
        revision: 3,
      },
      { id: '2', username: 'jo', email: 'ada@example.com', status: 'active', revision: 2 },
    ]);
    expect(audit.at('1', 1)).toMatchObject({ email: 'ada@example.com', revision: 1 });
  });

  it.each<[string, LoggedEvent[], RegExp]>([
    ['a hole in the positions', logOf(ADA, JO).toSpliced(3, 1), /position 4 is missing/],
    [
      'a hole in the revisions of a stream',
      logOf(ADA, deactivated('1')).map((event) =>
        event.type === 'user.deactivated' ? { ...event, revision: 3 } : event,
      ),
      /user-1 has 3 where 2 belongs/,
    ],
    [
      'an event that is there twice',
      logOf(ADA, JO).map((event) => ({ ...event, id: 'the same' })),
      /event id the same is there twice/,
    ],
    ['a user without reservations', logOf(ADA.slice(0, 1)), /only half of it: user\.created$/],
    ['a reservation without a user', logOf(ADA.slice(1)), /only half of it: username\.reserved/],
    [
      'a reservation that was made later',
      logOf(ADA.slice(0, 1), ADA.slice(1)),
      /user 1 does not hold its username-ada/,
    ],
    [
      'a request that has written twice',
      [...logOf(ADA, JO, deactivated('1'))].map((event) =>
        event.type === 'user.deactivated' ? { ...event, correlationId: 'request 1' } : event,
      ),
      /request 1 has written twice/,
    ],
    [
      'an address that was not given back',
      logOf(ADA, changed('1', 'ada@example.com', 'al@example.com').slice(0, 2)),
      /only half of it: user\.email-changed email\.reserved$/,
    ],
    [
      'a user name that two hold',
      logOf(ADA, created('2', 'ada', 'jo@example.com')),
      /username ada is held by 1 and by 2/,
    ],
    [
      'an address that two hold',
      logOf(ADA, JO, changed('2', 'jo@example.com', 'ada@example.com')),
      /email ada@example\.com is held by 1 and by 2/,
    ],
    [
      'a change after the end',
      logOf(ADA, deactivated('1'), changed('1', 'ada@example.com', 'al@example.com')),
      /user 1 is changed after its end/,
    ],
    ['a change before the beginning', logOf(deactivated('1')), /changed before it is created/],
  ])('complains of %s', (_, log, complaint) => {
    expect(violationsOf(log)).toContainEqual(expect.stringMatching(complaint));
  });
});
