import { createHash } from 'node:crypto';
import { type LoggedEvent, misplacedEvents } from './logged-events.js';
import type { UserBody } from './users-api.js';

/** What one request may write, complete. */
const WHOLE_BATCHES = new Set([
  'user.created username.reserved email.reserved',
  'user.email-changed email.reserved email.released',
  // To the same address in another spelling.
  'user.email-changed',
  'user.deactivated',
]);

const CATEGORIES = /^(user|username|email)-/;

/**
 * Recomputes from the events of a users service in the log, whose requests each had a correlation id of their own, what
 * must hold at every position, and keeps a sentence for everything that does not.
 */
export class UsersAudit {
  readonly violations: string[] = [];
  /** As they are after the last event, in the order of their creation. */
  readonly users = new Map<string, UserBody>();
  /** Each user after each of its events. */
  private readonly states = new Map<string, UserBody[]>();
  /** What each request has written, by its correlation id. */
  readonly batches = new Map<string, readonly LoggedEvent[]>();
  private readonly holders = {
    username: new Map<string, string>(),
    email: new Map<string, string>(),
  };
  private readonly reservations = new Map<string, string>();

  constructor(readonly events: readonly LoggedEvent[]) {
    this.violations.push(...misplacedEvents(events));
    const ofUsers = events.filter(({ stream }) => CATEGORIES.test(stream));
    for (const batch of batchesOf(ofUsers)) this.takeBatch(batch);
    if (this.reservations.size !== 2 * this.users.size) {
      const { size } = this.users;
      this.complain(`${this.reservations.size} reservations are held, and there are ${size} users`);
    }
  }

  /** The user as it was after this one of its events. */
  at(id: string, revision: number): UserBody | undefined {
    return this.states.get(id)?.[revision - 1];
  }

  private takeBatch(batch: readonly LoggedEvent[]): void {
    const [{ correlationId, position }] = batch;
    const types = batch.map(({ type }) => type).join(' ');
    if (!WHOLE_BATCHES.has(types)) this.complain(`position ${position}: only half of it: ${types}`);
    if (this.batches.has(correlationId)) this.complain(`${correlationId} has written twice`);
    this.batches.set(correlationId, batch);
    for (const event of batch) this.takeEvent(event);
    for (const { stream } of batch) this.checkReservations(stream);
  }

  private takeEvent({ type, stream, revision, data }: LoggedEvent): void {
    const id = stream.slice(stream.indexOf('-') + 1);
    if (type.endsWith('.reserved')) this.reserve(stream, data.userId);
    else if (type.endsWith('.released')) this.reservations.delete(stream);
    else if (type === 'user.created') this.create(id, data.username, data.email);
    else this.change(id, revision, data.email);
  }

  private create(id: string, username: string, email: string): void {
    if (this.users.has(id)) this.complain(`user ${id} is created twice`);
    this.hold('username', username, id);
    this.hold('email', email, id);
    this.keep({ id, username, email, status: 'active', revision: 1 });
  }

  private change(id: string, revision: number, email: string | undefined): void {
    const user = this.users.get(id);
    if (!user) return this.complain(`user ${id} is changed before it is created`);
    if (user.status === 'deactivated') this.complain(`user ${id} is changed after its end`);
    if (email === undefined) this.keep({ ...user, status: 'deactivated', revision });
    else {
      this.holders.email.delete(user.email.toLowerCase());
      this.hold('email', email, id);
      this.keep({ ...user, email, revision });
    }
  }

  private keep(user: UserBody): void {
    this.users.set(user.id, user);
    const states = this.states.get(user.id) ?? [];
    states[user.revision - 1] = user;
    this.states.set(user.id, states);
  }

  private hold(what: 'username' | 'email', text: string, id: string): void {
    const holder = this.holders[what].get(text.toLowerCase());
    if (holder !== undefined) this.complain(`${what} ${text} is held by ${holder} and by ${id}`);
    this.holders[what].set(text.toLowerCase(), id);
  }

  private reserve(stream: string, userId: string): void {
    const holder = this.reservations.get(stream);
    if (holder !== undefined) this.complain(`${stream} is reserved for ${holder} and ${userId}`);
    this.reservations.set(stream, userId);
  }

  private checkReservations(stream: string): void {
    const user = this.users.get(stream.slice('user-'.length));
    if (!stream.startsWith('user-') || !user) return;
    const { id, username, email } = user;
    for (const reservation of [usernameStream(username), emailStream(email)]) {
      if (this.reservations.get(reservation) !== id) {
        this.complain(`user ${id} does not hold its ${reservation}`);
      }
    }
  }

  private complain(violation: string): void {
    this.violations.push(violation);
  }
}

function usernameStream(username: string): string {
  return `username-${username.toLowerCase()}`;
}

function emailStream(email: string): string {
  return `email-${createHash('sha256').update(email.toLowerCase()).digest('hex')}`;
}

/** Runs of events with one correlation id. */
function batchesOf(events: readonly LoggedEvent[]): LoggedEvent[][] {
  const batches: LoggedEvent[][] = [];
  for (const event of events) {
    const last = batches.at(-1);
    if (last?.[0].correlationId === event.correlationId) last.push(event);
    else batches.push([event]);
  }
  return batches;
}
