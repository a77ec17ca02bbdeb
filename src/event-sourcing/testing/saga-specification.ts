import assert from 'node:assert/strict';
import { v5 } from 'uuid';
import { declarationOf } from '../events/domain-event.decorator.js';
import { decodeCommand, encodeCommand } from '../sagas/command-codec.js';
import { correlationOf } from '../sagas/correlation.js';
import { SagaDecider } from '../sagas/saga-decider.js';
import { type SagaDefinition, sagaDefinitionOf } from '../sagas/saga-definition.js';
import type { Refusal } from '../sagas/saga-handler.decorators.js';
import type { CommandToSend, SagaStepped } from '../sagas/saga.events.js';
import type { SagaTrigger } from '../sagas/saga-trigger.js';

const NAMESPACE = '00000000-0000-7000-8000-000000000001';
const START = new Date('2020-01-01T00:00:00.000Z');

type CommandClass<C extends object> = abstract new (...args: never[]) => C;

/** What must be so after the last step, besides the commands. */
export interface ThenOptions {
  /** The deadlines that are open, by name, with the milliseconds that are left. @default none are */
  readonly deadlines?: Readonly<Record<string, number>>;
  /** @default false */
  readonly completed?: boolean;
  /** Not looked at when it is left out. */
  readonly state?: object;
}

export interface ThenOfSaga {
  /** Exactly these commands were sent, in this order. Rejects with an `AssertionError` that shows the difference. */
  then(commands: readonly object[], options?: ThenOptions): Promise<void>;
}

export interface WhenOfSaga {
  /** An event of another stream. */
  when(event: object): ThenOfSaga;
  /** The last command of this class that the saga has sent is refused. */
  whenRefused<C extends object>(commandClass: CommandClass<C>, refusal: Refusal): ThenOfSaga;
  /** Deadlines that are due by then are reached, in their order. No time passes in fact. */
  whenTimePasses(ms: number): ThenOfSaga;
}

export interface GivenOfSaga extends WhenOfSaga {
  /** What has happened before. May be repeated, with refusals and time between. */
  given(...events: readonly object[]): GivenOfSaga;
  givenRefused<C extends object>(commandClass: CommandClass<C>, refusal: Refusal): GivenOfSaga;
  givenTimePassed(ms: number): GivenOfSaga;
}

/**
 * Specifies a durable saga by what happens: given these events, when this one comes, or a command is refused, or time
 * passes, then it sends these commands and these deadlines are open. Works with any test runner.
 *
 * @example
 * await specifySaga(new TransferSaga())
 *   .given(new TransferRequested('t1', 'a', 'b', 500))
 *   .whenTimePasses(60_000)
 *   .then([new CancelTransfer('t1')], { completed: true });
 */
export function specifySaga(saga: object): GivenOfSaga {
  const definition = sagaDefinitionOf(saga.constructor as new () => object);
  if (!definition) throw new Error(`${saga.constructor.name} has no @DurableSaga.`);
  return new SagaSpecification(new SagaRun(definition, saga), []);
}

type Deed = (run: SagaRun) => void;

/** Collects what is to happen; nothing does before `then`. */
class SagaSpecification implements GivenOfSaga {
  constructor(
    private readonly run: SagaRun,
    private readonly deeds: readonly Deed[],
  ) {}

  given(...events: readonly object[]): GivenOfSaga {
    return this.after((run) => events.forEach((event) => run.happen(event)));
  }

  givenRefused(commandClass: CommandClass<object>, refusal: Refusal): GivenOfSaga {
    return this.after((run) => run.refuse(commandClass, refusal));
  }

  givenTimePassed(ms: number): GivenOfSaga {
    return this.after((run) => run.pass(ms));
  }

  when(event: object): ThenOfSaga {
    return this.last((run) => run.happen(event));
  }

  whenRefused(commandClass: CommandClass<object>, refusal: Refusal): ThenOfSaga {
    return this.last((run) => run.refuse(commandClass, refusal));
  }

  whenTimePasses(ms: number): ThenOfSaga {
    return this.last((run) => run.pass(ms));
  }

  private after(deed: Deed): GivenOfSaga {
    return new SagaSpecification(this.run, [...this.deeds, deed]);
  }

  private last(deed: Deed): ThenOfSaga {
    return {
      then: async (commands, options = {}) => {
        const run = this.run.again();
        for (const each of this.deeds) each(run);
        run.sent.length = 0;
        deed(run);
        assert.deepStrictEqual(run.sent.map(plain), commands.map(plain));
        const { deadlines = {}, completed = false, state } = options;
        assert.deepStrictEqual(run.openDeadlines(), deadlines, 'deadlines');
        assert.equal(run.isCompleted, completed, completed ? 'is not completed' : 'is completed');
        if (state) assert.deepStrictEqual(run.state, state);
      },
    };
  }
}

/** As the log would give it back, so that what it does not keep makes no difference. */
function plain(command: object): object {
  return decodeCommand(encodeCommand(command, NAMESPACE));
}

/** A saga to which things happen, with a clock of its own. */
class SagaRun {
  readonly sent: object[] = [];
  private readonly outbox: CommandToSend[] = [];
  private last: SagaStepped | undefined;
  private correlation: string | undefined;
  private count = 0;
  private now = START;

  constructor(
    private readonly definition: SagaDefinition,
    private readonly saga: object,
  ) {}

  again(): SagaRun {
    return new SagaRun(this.definition, this.saga);
  }

  get isCompleted(): boolean {
    return this.last?.isCompleted ?? false;
  }

  get state(): object | undefined {
    return this.last?.state;
  }

  openDeadlines(): Record<string, number> {
    const left = (this.last?.deadlines ?? []).map(
      ({ name, dueAt }) => [name, dueAt.getTime() - this.now.getTime()] as const,
    );
    return Object.fromEntries(left);
  }

  happen(event: object): void {
    const correlation = correlationOf(this.definition, event);
    if (correlation === undefined) return;
    this.correlation ??= correlation;
    if (correlation !== this.correlation) return;
    const type = declarationOf(event.constructor)?.type ?? event.constructor.name;
    this.decide({ kind: 'event', ...this.next(), type, event });
  }

  refuse(commandClass: CommandClass<object>, refusal: Refusal): void {
    const command = this.outbox.findLast((sent) => decodeCommand(sent) instanceof commandClass);
    if (!command) throw new Error(`No ${commandClass.name} was sent that could be refused.`);
    this.decide({ kind: 'refusal', ...this.next(), command, refusal });
  }

  pass(ms: number): void {
    const until = new Date(this.now.getTime() + ms);
    for (;;) {
      const [next] = [...(this.last?.deadlines ?? [])]
        .filter(({ dueAt }) => dueAt <= until)
        .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
      if (!next) break;
      if (next.dueAt > this.now) this.now = next.dueAt;
      this.decide({ kind: 'deadline', ...this.next(), deadlineId: next.id, name: next.name });
    }
    this.now = until;
  }

  private decide(trigger: SagaTrigger): void {
    const decider = new SagaDecider(this.definition, this.saga);
    const step = decider.decide(trigger, this.last, v5(trigger.id, NAMESPACE), this.now);
    if (!step) return;
    this.last = step;
    this.outbox.push(...step.commands);
    this.sent.push(...step.commands.map((command) => decodeCommand(command)));
  }

  private next(): { readonly id: string; readonly position: number } {
    this.count += 1;
    return { id: v5(`trigger ${this.count}`, NAMESPACE), position: this.count };
  }
}
