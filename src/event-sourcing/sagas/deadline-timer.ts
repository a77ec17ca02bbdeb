import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { v5 } from 'uuid';
import { Clock } from '../context/clock.js';
import { runInNewContext } from '../context/message-context.js';
import { select } from '../processing/portable-sql.js';
import { EVENT_DATABASE, type OptionalEventDatabase } from '../store/event-database.provider.js';
import { SagaDeadlineReached } from './saga.events.js';
import { SagaLog } from './saga-log.js';

const LOOK_EVERY_MS = 200;
const AT_ONCE = 100;

interface DeadlineRow {
  readonly id: string;
  readonly stream: string;
  readonly name: string;
  readonly due_at: number | string;
}

/**
 * Says that deadlines have come, as events in the streams of their sagas. Every process has one: the event's id is
 * derived from the deadline's, so that it is there once however many say it, and it is said again until the saga has
 * answered it.
 */
@Injectable()
export class DeadlineTimer {
  private readonly logger = new Logger(DeadlineTimer.name);
  private readonly stopping = new AbortController();
  private readonly said = new Set<string>();
  private running: Promise<void> = Promise.resolve();
  private isFailing = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: SagaLog,
    @Inject(EVENT_DATABASE) private readonly database: OptionalEventDatabase,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await runInNewContext({}, () => this.look());
        this.isFailing = false;
      } catch (error) {
        // Nobody is told twice of an outage that others report as well.
        if (!this.isFailing) this.logger.warn(`Deadlines cannot be looked up: ${String(error)}`);
        this.isFailing = true;
      }
      await delay(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    if (!this.database) return;
    const due = await select<DeadlineRow>(
      this.database.dataSource,
      'SELECT id, stream, name, due_at FROM hub_deadlines WHERE due_at <= ? ORDER BY due_at, id LIMIT ?',
      [this.clock.now().getTime(), AT_ONCE + this.said.size],
    );
    const open = new Set(due.map(({ id }) => id));
    for (const id of this.said) if (!open.has(id)) this.said.delete(id);
    for (const { id, stream, name, due_at } of due.filter((each) => !this.said.has(each.id))) {
      const event = new SagaDeadlineReached(id, name, new Date(Number(due_at)));
      await this.log.append(stream, 'any', event, v5('reached', id));
      this.said.add(id);
    }
  }
}
