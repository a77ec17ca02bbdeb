import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { v7 } from 'uuid';
import {
  ConcurrencyError,
  type EventStore,
  type NewEvent,
  type StreamAppend,
  StoreUnavailableError,
} from '../../../../src/event-sourcing/index.js';
import { range } from '../../../support/effects.js';
import type { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import type { Outcome } from '../deed.js';
import { EVENT_TYPE, ParcelMoved } from './log-followers.js';
import type { RemoteDeed } from './remote-deed.js';

/** What the writers of a hub share. */
export class RemoteCrowd {
  /** Everything the writers have asked for. */
  readonly deeds: RemoteDeed[] = [];
  /** What must never happen, whatever is broken. */
  readonly scandals: string[] = [];
  /** How many acknowledged appends were stored by a try whose answer was lost. */
  lostAnswers = 0;
  /** Set when the writers shall stop. */
  isOver = true;
}

const SHARED = range(1, 5).map((nr) => `shared-${nr}`);
/** So soon a writer that has given up does something else. */
const PAUSE_MS = 100;

/**
 * Appends through a store at a hub: to a stream of its own, of which it knows the revision, and to streams that others
 * append to as well, wherever they end, where it has seen them end, and to several at once.
 */
export class RemoteWriter {
  private readonly own: string;
  private revision = 0;
  private done = 0;
  private last: RemoteDeed | undefined;

  constructor(
    private readonly name: string,
    private readonly store: EventStore,
    /** Whether the store is to wait for the hub, however long that takes. */
    private readonly isPatient: boolean,
    private readonly crowd: RemoteCrowd,
    private readonly random: SeededRandom,
  ) {
    this.own = `own-${name}`;
  }

  /** How many of its appends have been acknowledged. */
  get acknowledged(): number {
    return this.done;
  }

  async run(): Promise<void> {
    while (!this.crowd.isOver) {
      const die = this.random.next();
      if (die < 0.3) await this.appendToOwn();
      else if (die < 0.55) await this.appendAnywhere();
      else if (die < 0.8) await this.appendWhereExpected();
      else if (die < 0.95) await this.appendToSeveral();
      else await this.repeatAnAppend();
    }
  }

  private async appendToOwn(): Promise<void> {
    const appends = [{ stream: this.own, expectedRevision: this.revision, events: this.events() }];
    await this.appendUntilSettled(appends, true);
  }

  private async appendAnywhere(): Promise<void> {
    const stream = this.random.pick(SHARED);
    const appends = [{ stream, expectedRevision: 'any' as const, events: this.events() }];
    if (this.random.next() < 0.5) await this.appendUntilSettled(appends, true);
    else await this.append(appends, true);
  }

  private async appendWhereExpected(): Promise<void> {
    const stream = this.random.pick(SHARED);
    const expectedRevision = await this.revisionOf(stream);
    if (expectedRevision === undefined) return;
    const appends = [{ stream, expectedRevision, events: this.events() }];
    if (this.random.next() < 0.5) await this.appendUntilSettled(appends, false);
    else await this.append(appends, false);
  }

  private async appendToSeveral(): Promise<void> {
    const first = this.random.between(0, SHARED.length - 1);
    const [written, checked] = [0, 1].map((nr) => SHARED[(first + nr) % SHARED.length]);
    const expectedRevision = await this.revisionOf(checked);
    if (expectedRevision === undefined) return;
    const appends: StreamAppend[] = [
      { stream: written, expectedRevision: 'any', events: this.events() },
      { stream: this.own, expectedRevision: this.revision, events: this.events() },
      { stream: checked, expectedRevision, events: [] },
    ];
    await this.appendUntilSettled(appends, false);
  }

  private async repeatAnAppend(): Promise<void> {
    if (!this.last) return;
    const { name, appends, result } = this.last;
    const repeated = await this.patiently(() => this.store.appendToStreams(appends));
    if (repeated && !isDeepStrictEqual(repeated, { ...result, repeated: true })) {
      this.crowd.scandals.push(`${name} was told ${JSON.stringify(repeated)} when repeated`);
    }
  }

  /** Repeats it with its ids until its outcome is known. */
  private async appendUntilSettled(
    appends: readonly StreamAppend[],
    isUncontested: boolean,
  ): Promise<void> {
    const name = this.nextName();
    let deed: RemoteDeed;
    do {
      deed = await this.attempt(name, appends, isUncontested);
    } while (deed.outcome === 'unknown');
    this.note(deed);
  }

  private async append(appends: readonly StreamAppend[], isUncontested: boolean): Promise<void> {
    this.note(await this.attempt(this.nextName(), appends, isUncontested));
  }

  private note(deed: RemoteDeed): void {
    this.crowd.deeds.push(deed);
    const { outcome, appends, result } = deed;
    if (outcome !== 'acknowledged') return;
    this.done += 1;
    this.last = deed;
    const own = appends.find(({ stream }) => stream === this.own);
    this.revision += own?.events.length ?? 0;
    if (result?.repeated) this.crowd.lostAnswers += 1;
  }

  private async attempt(
    name: string,
    appends: readonly StreamAppend[],
    isUncontested: boolean,
  ): Promise<RemoteDeed> {
    let outcome: Outcome = 'unknown';
    const result = await this.patiently(() => this.store.appendToStreams(appends)).catch(
      (error: unknown) => {
        outcome = 'refused';
        if (!(error instanceof ConcurrencyError)) {
          this.crowd.scandals.push(`${name}: ${String(error)}`);
        }
        return undefined;
      },
    );
    if (result) outcome = 'acknowledged';
    return { name, appends, outcome, result, isUncontested };
  }

  private revisionOf(stream: string): Promise<number | undefined> {
    return this.patiently(() => this.store.streamRevision(stream));
  }

  /** Undefined when the hub is away for longer than the store is patient. */
  private async patiently<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (this.isPatient) this.crowd.scandals.push(`${this.name} was left alone: ${error.message}`);
      await delay(PAUSE_MS);
      return undefined;
    }
  }

  private nextName(): string {
    return `${this.name}/${this.crowd.deeds.length}`;
  }

  private events(): NewEvent[] {
    return range(1, this.random.between(1, 3)).map((nr) => ({
      id: v7(),
      type: EVENT_TYPE,
      version: 1,
      data: { ...new ParcelMoved(this.name, nr, 'x'.repeat(this.random.between(0, 200))) },
    }));
  }
}
