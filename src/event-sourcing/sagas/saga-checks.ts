import { storedNameOf, sharedCommandNames } from '../commands/stored-command.decorator.js';
import { EventRegistry } from '../events/event-registry.js';
import type { SagaDefinition } from './saga-definition.js';
import type { SagaMethod, SagaTriggerDeclaration } from './saga-handler.decorators.js';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What is wrong with a saga, looked at by itself. */
export function sagaProblems(definition: SagaDefinition, registry: EventRegistry): string[] {
  return [
    ...nameProblems(definition),
    ...withoutStart(definition),
    ...handledTwice(definition),
    ...undeclaredEvents(definition, registry),
    ...undeclaredCommands(definition),
  ];
}

/** Sagas that share a name, and classes of commands that do. */
export function sharedNames(definitions: readonly SagaDefinition[]): string[] {
  const sagas = definitions.flatMap((definition, index) => {
    const other = definitions.slice(0, index).find(({ name }) => name === definition.name);
    if (!other) return [];
    return [
      `${other.sagaClass.name} and ${definition.sagaClass.name} are both sagas named "${definition.name}". Give one of ` +
        'them another name.',
    ];
  });
  const commands = sharedCommandNames().map(
    ([name, classes]) =>
      `${classes.map((each) => each.name).join(' and ')} are both declared as the command "${name}". Give one of them ` +
      'another name.',
  );
  return [...sagas, ...commands];
}

export function missingSagaDecorator(sagaClass: { readonly name: string }): string {
  return (
    `${sagaClass.name} has methods of a durable saga and is none. Write @DurableSaga({ name: '…', correlatedBy: '…' }) ` +
    'above the class.'
  );
}

function nameProblems({ sagaClass, name, correlatedBy }: SagaDefinition): string[] {
  const problems: string[] = [];
  if (!NAME.test(name)) {
    problems.push(
      `${sagaClass.name}: "${name}" is not the name of a saga. Write @DurableSaga({ name: '…', … }) with lower case ` +
        "letters, digits and -, starting with a letter, for example 'transfer'.",
    );
  }
  if (correlatedBy === '') {
    problems.push(
      `${sagaClass.name} does not say which of its instances an event is for. Write correlatedBy: '<property of its ` +
        "events>', for example 'transferId'.",
    );
  }
  return problems;
}

function withoutStart({ sagaClass, methods }: SagaDefinition): string[] {
  if (methods.some(({ trigger }) => trigger.on === 'event' && trigger.starts)) return [];
  return [
    `${sagaClass.name} never begins. Write @StartsOn(<Event>) above a method (event, state): SagaStep.`,
  ];
}

function handledTwice({ sagaClass, methods }: SagaDefinition): string[] {
  return methods.flatMap((method, index) => {
    const other = methods.slice(0, index).find((each) => isSame(each, method));
    if (!other) return [];
    return [
      `${sagaClass.name} handles ${whatOf(method.trigger)} in ${other.name} and ${method.name}. Remove the decorator of ` +
        'one of them.',
    ];
  });
}

function undeclaredEvents(
  { sagaClass, methods }: SagaDefinition,
  registry: EventRegistry,
): string[] {
  const declared = new Set<object>(registry.all().map(({ eventClass }) => eventClass));
  return methods.flatMap(({ trigger }) => {
    if (trigger.on !== 'event' || declared.has(trigger.eventClass)) return [];
    const { name } = trigger.eventClass;
    return [
      `${sagaClass.name} handles ${name}, which is no declared event. Write ` +
        `@DomainEvent('<category>.<what-happened>') above the class ${name}, and import its file.`,
    ];
  });
}

function undeclaredCommands({ sagaClass, methods }: SagaDefinition): string[] {
  return methods.flatMap(({ trigger }) => {
    if (trigger.on !== 'refusal' || storedNameOf(trigger.commandClass) !== undefined) return [];
    const { name } = trigger.commandClass;
    return [
      `${sagaClass.name} handles the refusal of ${name}, which is no declared command. Write ` +
        `@StoredCommand('<category>.<what-to-do>') above the class ${name}.`,
    ];
  });
}

function isSame({ trigger: one }: SagaMethod, { trigger: other }: SagaMethod): boolean {
  return one.on === other.on && subjectOf(one) === subjectOf(other);
}

function subjectOf(trigger: SagaTriggerDeclaration): unknown {
  switch (trigger.on) {
    case 'event':
      return trigger.eventClass;
    case 'refusal':
      return trigger.commandClass;
    case 'deadline':
      return trigger.name;
    case 'error':
      return 'error';
  }
}

function whatOf(trigger: SagaTriggerDeclaration): string {
  switch (trigger.on) {
    case 'event':
      return trigger.eventClass.name;
    case 'refusal':
      return `the refusal of ${trigger.commandClass.name}`;
    case 'deadline':
      return `the deadline "${trigger.name}"`;
    case 'error':
      return 'errors';
  }
}
