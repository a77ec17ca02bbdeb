import { v5 } from 'uuid';
import type { Clock } from '../context/clock.js';
import { contextAfter, runInNewContext } from '../context/message-context.js';
import type { EventEnvelope } from '../events/event-envelope.js';
import { declarationOf } from '../events/domain-event.decorator.js';
import { EffectProcessor, type Trial } from '../processing/effect-processor.js';
import { categoryOf, streamName } from '../store/stream-name.js';
import { correlationOf } from './correlation.js';
import { SagaDecider } from './saga-decider.js';
import type { SagaWork } from './saga-failure.js';
import { decodeCommand } from './command-codec.js';
import { SagaJudge } from './saga-judge.js';
import { categoryOfSaga, type SagaDefinition } from './saga-definition.js';
import { SagaCommandRefused, SagaDeadlineReached } from './saga.events.js';
import type { SagaLog } from './saga-log.js';
import type { SagaTrigger } from './saga-trigger.js';

/** Namespace of the ids of steps: any UUID of our own. */
const STEPS = '3c1f5f0e-5b0e-4f43-9c57-2f6c8e6d1a70';

/**
 * Has a saga answer what happens: each event leads to one step in the stream of the instance it is for. The id of a
 * step is derived from the event's, and what a step answered is noted in it, so that doing it again changes nothing.
 */
export class SagaProcessor extends EffectProcessor {
  override readonly name: string;
  override readonly eventTypes: readonly string[];
  readonly category: string;
  private readonly decider: SagaDecider;
  readonly judge: SagaJudge;

  constructor(
    private readonly definition: SagaDefinition,
    saga: object,
    private readonly log: SagaLog,
    private readonly clock: Clock,
    liftedTypes: readonly string[],
  ) {
    super();
    this.name = `saga-${definition.name}`;
    this.category = categoryOfSaga(definition.name);
    this.decider = new SagaDecider(definition, saga);
    this.judge = new SagaJudge(definition, saga);
    const classes = definition.methods.flatMap(({ trigger }) =>
      trigger.on === 'event' ? [trigger.eventClass] : [],
    );
    const types = [...classes, SagaCommandRefused, SagaDeadlineReached].map(
      (eventClass) => declarationOf(eventClass)?.type ?? '',
    );
    this.eventTypes = [...new Set([...types, ...liftedTypes])];
    // Messages name the class of what runs: let it be the one that somebody wrote.
    Object.defineProperty(this, 'constructor', { value: definition.sagaClass });
  }

  /** The instance that an event is for. Those of several streams may be for one, and their order matters to it. */
  override keyOf(envelope: EventEnvelope): string {
    return this.streamFor(envelope) ?? envelope.stream;
  }

  override async perform(envelope: EventEnvelope, trial: Trial): Promise<void> {
    const stream = this.streamFor(envelope);
    if (stream === undefined) return;
    const context = contextAfter(envelope);
    const trigger = triggerOf(envelope);
    await runInNewContext(context, () =>
      this.judge.during(
        () => this.answer(trigger, stream),
        () => workOf(trigger),
        trial,
      ),
    );
  }

  private async answer(trigger: SagaTrigger, stream: string): Promise<void> {
    const stepId = v5(`${stream} ${trigger.id}`, STEPS);
    for (;;) {
      const { last, revision } = await this.log.load(stream);
      const step = this.decider.decide(trigger, last, stepId, this.clock.now());
      if (!step) return;
      if (await this.log.append(stream, revision, step, stepId)) return;
    }
  }

  private streamFor({ event, stream }: EventEnvelope): string | undefined {
    if (event instanceof SagaCommandRefused || event instanceof SagaDeadlineReached) {
      return categoryOf(stream) === this.category ? stream : undefined;
    }
    const correlation = correlationOf(this.definition, event);
    return correlation === undefined ? undefined : streamName(this.category, correlation);
  }
}

function triggerOf({ id, position, type, event }: EventEnvelope): SagaTrigger {
  if (event instanceof SagaCommandRefused) {
    const { command, code, message } = event;
    return { kind: 'refusal', id, position, command, refusal: { code, message } };
  }
  if (event instanceof SagaDeadlineReached) {
    return { kind: 'deadline', id, position, deadlineId: event.deadlineId, name: event.name };
  }
  return { kind: 'event', id, position, type, event };
}

function workOf(trigger: SagaTrigger): SagaWork {
  switch (trigger.kind) {
    case 'event':
      return { during: 'event', event: trigger.event };
    case 'refusal':
      return {
        during: 'refusal',
        command: decodeCommand(trigger.command),
        refusal: trigger.refusal,
      };
    case 'deadline':
      return { during: 'deadline', deadline: trigger.name };
  }
}
