import { v5 } from 'uuid';
import { UnhandledDeadlineError, UnhandledRefusalError } from '../errors/saga.errors.js';
import { decodeCommand, encodeCommand } from './command-codec.js';
import type { SagaDefinition } from './saga-definition.js';
import type { SagaMethod } from './saga-handler.decorators.js';
import { type OpenDeadline, SagaStepped } from './saga.events.js';
import type { Due, SagaStep } from './saga-step.js';
import type { SagaTrigger } from './saga-trigger.js';

type Handler = (...args: readonly unknown[]) => SagaStep<object> | undefined;

/** What a saga answers, apart from where its steps are kept and by whom its commands are sent. */
export class SagaDecider {
  constructor(
    private readonly definition: SagaDefinition,
    private readonly saga: object,
  ) {}

  /**
   * The step that follows from a trigger, and nothing else: the same for the same arguments. Triggers come in the order of
   * positions, so that one behind the last step has been decided on before.
   *
   * @param stepId of the step, from which the ids of its commands and deadlines are derived
   * @returns undefined when the trigger is not for the saga as it is: it has not begun, has ended or has answered it, the
   * deadline was cancelled, or no method takes such an event.
   * @throws UnhandledRefusalError, UnhandledDeadlineError, and what the method throws.
   */
  decide(
    trigger: SagaTrigger,
    last: SagaStepped | undefined,
    stepId: string,
    now: Date,
  ): SagaStepped | undefined {
    if (last && (last.isCompleted || trigger.position <= last.triggerPosition)) return undefined;
    if (trigger.kind === 'deadline' && !isOpen(trigger.deadlineId, last)) return undefined;
    const method = this.methodFor(trigger);
    if (!method || !(last || isStart(method))) return undefined;
    const open = last?.deadlines.filter(({ id }) => !isReached(id, trigger)) ?? [];
    const answer = this.call(method, trigger, last?.state);
    const type = trigger.kind === 'event' ? trigger.type : trigger.kind;
    if (!answer) {
      return last && open.length < last.deadlines.length
        ? new SagaStepped(trigger.id, trigger.position, type, last.state, [], open, false)
        : undefined;
    }
    return new SagaStepped(
      trigger.id,
      trigger.position,
      type,
      answer.state,
      answer.commands.map((command, nth) => encodeCommand(command, v5(`command ${nth}`, stepId))),
      answer.isLast ? [] : deadlinesAfter(open, answer, stepId, now),
      answer.isLast,
    );
  }

  private methodFor(trigger: SagaTrigger): SagaMethod | undefined {
    const { methods, sagaClass } = this.definition;
    const found = methods.find(({ trigger: declared }) => {
      switch (trigger.kind) {
        case 'event':
          return declared.on === 'event' && declared.eventClass === trigger.event.constructor;
        case 'refusal':
          return (
            declared.on === 'refusal' &&
            declared.commandClass === decodeCommand(trigger.command).constructor
          );
        case 'deadline':
          return declared.on === 'deadline' && declared.name === trigger.name;
      }
    });
    if (!found && trigger.kind === 'refusal') {
      const command = decodeCommand(trigger.command).constructor.name;
      throw new UnhandledRefusalError(sagaClass.name, command, trigger.refusal.message);
    }
    if (!found && trigger.kind === 'deadline') {
      throw new UnhandledDeadlineError(sagaClass.name, trigger.name);
    }
    return found;
  }

  private call(
    { name }: SagaMethod,
    trigger: SagaTrigger,
    state: object | undefined,
  ): SagaStep<object> | undefined {
    const handler = (this.saga as Readonly<Record<string, Handler>>)[name].bind(this.saga);
    switch (trigger.kind) {
      case 'event':
        return handler(trigger.event, state);
      case 'refusal':
        return handler(trigger.refusal, state, decodeCommand(trigger.command));
      case 'deadline':
        return handler(state);
    }
  }
}

function isStart({ trigger }: SagaMethod): boolean {
  return trigger.on === 'event' && trigger.starts;
}

function isOpen(deadlineId: string, last: SagaStepped | undefined): boolean {
  return last?.deadlines.some(({ id }) => id === deadlineId) ?? false;
}

function isReached(deadlineId: string, trigger: SagaTrigger): boolean {
  return trigger.kind === 'deadline' && trigger.deadlineId === deadlineId;
}

function deadlinesAfter(
  open: readonly OpenDeadline[],
  { deadlines, cancelled }: SagaStep<object>,
  stepId: string,
  now: Date,
): OpenDeadline[] {
  const gone = new Set([...cancelled, ...deadlines.map(({ name }) => name)]);
  const set = new Map(
    deadlines.map(({ name, due }) => [
      name,
      { id: v5(`deadline ${name}`, stepId), name, dueAt: timeOf(due, now) },
    ]),
  );
  return [...open.filter(({ name }) => !gone.has(name)), ...set.values()];
}

function timeOf(due: Due, now: Date): Date {
  return 'at' in due ? due.at : new Date(now.getTime() + due.afterMs);
}
