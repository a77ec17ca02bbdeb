import { v7 } from 'uuid';
import type { NewEvent } from '../../src/event-sourcing/index.js';
import { type OpenDatabase, openDatabase, type TestDatabase } from './databases.js';

const USERS = 'user_list';

/**
 * A user whose events the list of users cannot take, as somebody has put a row in their way; until that is removed. The
 * tables must be there.
 */
export class PoisonedUser {
  readonly id = v7();
  readonly stream = `user-${this.id}`;

  constructor(private readonly database: TestDatabase) {}

  /** Puts the row there, and then the user's events into the log, past every server. */
  async create(changes = 1): Promise<this> {
    await this.sql(
      `INSERT INTO ${USERS} (id, username, email, status, revision, created_position)
       VALUES ('${this.id}', 'in', 'the', 'way', 0, -${Date.now()})`,
    );
    const email = `${this.id}@example.com`;
    const created = { type: 'user.created', data: { username: this.name, email } };
    const changed = { type: 'user.email-changed', data: { email: `new.${email}` } };
    await this.append([created, ...Array.from({ length: changes }, () => changed)]);
    return this;
  }

  /** Puts a user into the log that has no name, so many times: no list can take any of it, also when it is built anew. */
  async createNameless(times = 1): Promise<this> {
    const created = { type: 'user.created', data: { username: null, email: 'no@example.com' } };
    await this.append(Array.from({ length: times }, () => created));
    return this;
  }

  get name(): string {
    return `poisoned-${this.id}`;
  }

  /** Removes what is in the way. */
  fix(): Promise<void> {
    return this.sql(`DELETE FROM ${USERS} WHERE id = '${this.id}' AND username = 'in'`);
  }

  private async append(events: readonly Pick<NewEvent, 'type' | 'data'>[]): Promise<void> {
    await this.open(({ store }) =>
      store.append(
        this.stream,
        'none',
        events.map((event) => ({ ...event, id: v7(), version: 1 })),
      ),
    );
  }

  private async sql(statement: string): Promise<void> {
    await this.open(({ transactions }) => transactions.run((manager) => manager.query(statement)));
  }

  private async open(work: (open: OpenDatabase) => Promise<unknown>): Promise<void> {
    const open = await openDatabase(this.database);
    try {
      await work(open);
    } finally {
      await open.close();
    }
  }
}
