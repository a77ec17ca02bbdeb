import { setTimeout as delay } from 'node:timers/promises';
import {
  DomainEvent,
  LogSubscriptions,
  Processors,
  type RecordedEvent,
  RemoteEventStore,
  StoreUnavailableError,
} from '../../../../src/event-sourcing/index.js';
import { until } from '../../../support/async.js';
import { bootKit, type BootedKit } from '../../../support/booted-kit.js';
import { createDatabase, openDatabase, type TestDatabase } from '../../../support/databases.js';
import {
  CreateEffects1764000000900,
  EffectsProcessor,
  effectsOf,
  range,
} from '../../../support/effects.js';

/** Of what the writers append. */
export const EVENT_TYPE = 'parcel.moved';
const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

@DomainEvent(EVENT_TYPE)
export class ParcelMoved {
  constructor(
    readonly writer: string,
    readonly nr: number,
    readonly text: string,
  ) {}
}

class Followed extends EffectsProcessor {
  override readonly name = 'followed';
  override readonly eventTypes = [EVENT_TYPE];
}

/** Two that follow the log of a hub in another process for as long as the test lasts: a subscription, and a projection. */
export class LogFollowers {
  private readonly seen: RecordedEvent[] = [];
  private readonly ending = new AbortController();
  private readonly following: Promise<void>;

  private constructor(
    private readonly store: RemoteEventStore,
    private readonly service: BootedKit,
    private readonly database: TestDatabase,
  ) {
    this.following = this.follow();
  }

  static async of(url: string): Promise<LogFollowers> {
    const database = await createDatabase('sqlite');
    const open = await openDatabase(database);
    await open.migrate([CreateEffects1764000000900]);
    await open.close();
    const service = await bootKit({
      database,
      options: { store: { url } },
      providers: [Followed],
    });
    return new LogFollowers(new RemoteEventStore({ url }), service, database);
  }

  /** Waits until both have come to the end of the log. @returns a sentence for everything that was not as it is */
  async violations(log: readonly { readonly id: string }[]): Promise<readonly string[]> {
    const head = log.length;
    const hasSeenAll = (): boolean => this.seen.length >= head;
    const complaints: string[] = [];
    await until(hasSeenAll, 'all is seen', { patienceMs: PATIENCE_MS }).catch(() =>
      complaints.push(`the subscription has seen ${this.seen.length} of ${head}`),
    );
    if (!(await this.service.app.get(Processors).caughtUp('followed', PATIENCE_MS))) {
      complaints.push('the projection does not catch up');
    }
    const isAsLogged = ({ id, position }: RecordedEvent, nth: number): boolean =>
      position === nth + 1 && id === log[nth]?.id;
    const seenElse = this.seen.findIndex((event, nth) => !isAsLogged(event, nth));
    if (seenElse >= 0) {
      complaints.push(
        `the subscription has seen ${this.seen[seenElse].position} as ${seenElse + 1}.`,
      );
    }
    const effects = await effectsOf('followed', this.database);
    const projected = range(1, Math.max(head, effects.length));
    const projectedElse = projected.findIndex((position, nth) => effects[nth] !== position);
    if (projectedElse >= 0) {
      complaints.push(`the projection has ${effects[projectedElse]} as ${projectedElse + 1}.`);
    }
    return complaints;
  }

  async end(): Promise<void> {
    this.ending.abort();
    await this.following;
    await this.service.app.close();
    await this.database.drop();
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    const log = new LogSubscriptions(this.store, this.store.feed);
    while (!signal.aborted) {
      const after = this.seen.at(-1)?.position ?? 0;
      try {
        for await (const { events } of log.subscribe({ after, signal })) this.seen.push(...events);
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        await delay(PAUSE_MS);
      }
    }
    await log.onModuleDestroy();
    await this.store.close();
  }
}
