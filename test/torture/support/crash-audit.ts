import { isDeepStrictEqual } from 'node:util';
import { loggedEvents, type LoggedEvent } from '../../support/logged-events.js';
import type { TestDatabase } from '../../support/databases.js';
import type { UsersApi } from '../../support/users-api.js';
import { UsersAudit } from '../../support/users-audit.js';
import type { Deed } from './deed.js';

type DeedOf<Kind extends Deed['kind']> = Extract<Deed, { kind: Kind }>;

/** Holds what the clients were told against what the log says, past everything under test. */
export class CrashAudit {
  private violations: string[] = [];

  constructor(
    private readonly database: TestDatabase,
    /** Everything that was ever asked of this database. */
    private readonly deeds: readonly Deed[],
  ) {}

  /** @returns a sentence for everything that is wrong. */
  async check(users: UsersApi): Promise<string[]> {
    const audit = new UsersAudit(await loggedEvents(this.database));
    this.violations = [...audit.violations];
    for (const deed of this.deeds) this.checkDeed(deed, audit);
    this.checkKeys(audit);
    this.checkOrigins(audit);
    await this.checkAnswers(users, audit);
    return this.violations;
  }

  private checkDeed(deed: Deed, audit: UsersAudit): void {
    const batch = audit.batches.get(deed.correlationId);
    if (deed.outcome === 'refused' && batch) this.complain(deed, 'was refused, and has written');
    if (deed.outcome === 'refused') return;
    if (deed.kind === 'change-email') this.checkChange(deed, batch, audit);
    if (deed.kind === 'deactivate') this.checkDeactivation(deed, batch, audit);
  }

  private checkChange(
    deed: DeedOf<'change-email'>,
    batch: readonly LoggedEvent[] | undefined,
    audit: UsersAudit,
  ): void {
    const { id, email, revision = 0 } = deed;
    if (batch) {
      const [{ stream, data }] = batch;
      if (stream !== `user-${id}` || data.email !== email) this.complain(deed, 'wrote other data');
    }
    if (deed.outcome === 'unknown') return;
    if (batch && batch[0].revision !== revision) this.complain(deed, 'is at another revision');
    // Without an event of its own it found the address as it was wanted.
    if (audit.at(id, revision)?.email !== email) this.complain(deed, 'is lost');
    if ((audit.users.get(id)?.revision ?? 0) < revision) this.complain(deed, 'is cut off');
  }

  private checkDeactivation(
    deed: DeedOf<'deactivate'>,
    batch: readonly LoggedEvent[] | undefined,
    audit: UsersAudit,
  ): void {
    if (batch && batch[0].stream !== `user-${deed.id}`) this.complain(deed, 'wrote elsewhere');
    if (deed.outcome === 'unknown') return;
    if (audit.users.get(deed.id)?.status !== 'deactivated') this.complain(deed, 'is lost');
  }

  /**
   * Of all requests with one idempotency key one at the most has written, and one if any was acknowledged; whoever
   * repeats one that has written is told so.
   */
  private checkKeys(audit: UsersAudit): void {
    for (const [key, tries] of this.triesByKey()) {
      const written = tries.flatMap(({ correlationId }) => audit.batches.get(correlationId) ?? []);
      const created = written.filter(({ type }) => type === 'user.created');
      const acknowledged = tries.filter(({ outcome }) => outcome === 'acknowledged');
      if (created.length > 1) this.violations.push(`${key} has created ${created.length} users`);
      if (acknowledged.length > 0 && created.length === 0) this.violations.push(`${key} is lost`);
      const again = tries.at(-1);
      if (created.length > 0 && again?.outcome === 'refused') this.complain(again, 'was refused');
      for (const { stream, data } of created) {
        if (!isDeepStrictEqual(data, tries[0].user)) this.complain(tries[0], 'wrote other data');
        if (acknowledged.some(({ id }) => stream !== `user-${id}`)) {
          this.complain(acknowledged[0], 'was told another id');
        }
      }
    }
  }

  private triesByKey(): Map<string, DeedOf<'create'>[]> {
    const tries = new Map<string, DeedOf<'create'>[]>();
    for (const deed of this.deeds) {
      if (deed.kind === 'create') tries.set(deed.key, [...(tries.get(deed.key) ?? []), deed]);
    }
    return tries;
  }

  private checkOrigins({ batches }: UsersAudit): void {
    const asked = new Set(this.deeds.map(({ correlationId }) => correlationId));
    for (const correlationId of batches.keys()) {
      if (!asked.has(correlationId)) this.violations.push(`${correlationId} was never asked for`);
    }
  }

  private async checkAnswers(users: UsersApi, audit: UsersAudit): Promise<void> {
    const expected = [...audit.users.values()];
    if (!isDeepStrictEqual(await users.listAll(), expected)) {
      this.violations.push('the list is not what the log says');
    }
    for (const user of expected.slice(-5)) {
      const { status, body } = await users.find(user.id);
      if (status !== 200 || !isDeepStrictEqual(body, user)) {
        this.violations.push(`user ${user.id} is shown as ${JSON.stringify(body)}`);
      }
    }
  }

  private complain(deed: Deed, what: string): void {
    this.violations.push(`${what}: ${JSON.stringify(deed)}`);
  }
}
