import { EventRegistry } from '../events/event-registry.js';
import type { ReactorDefinition } from './reactor-definition.js';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What is wrong with a reactor, looked at by itself. */
export function reactorProblems(definition: ReactorDefinition, registry: EventRegistry): string[] {
  const { reactorClass, name, methods } = definition;
  const problems: string[] = [];
  if (!NAME.test(name)) {
    problems.push(
      `${reactorClass.name}: "${name}" is not the name of a reactor. Write @Reactor({ name: '…' }) with lower case ` +
        "letters, digits and -, starting with a letter, for example 'welcome-mail'.",
    );
  }
  if (methods.length === 0) {
    problems.push(
      `${reactorClass.name} reacts to nothing. Write @ReactsTo(<Event>) above a method (event, context).`,
    );
  }
  const declared = new Set<object>(registry.all().map(({ eventClass }) => eventClass));
  const handled = methods.flatMap(({ events }) => [...events]);
  for (const event of new Set(handled)) {
    if (!declared.has(event)) {
      problems.push(
        `${reactorClass.name} reacts to ${event.name}, which is no declared event. Write ` +
          `@DomainEvent('<category>.<what-happened>') above the class ${event.name}, and import its file.`,
      );
    }
    const names = methods.filter(({ events }) => events.includes(event)).map((each) => each.name);
    if (names.length > 1) {
      problems.push(
        `${reactorClass.name} reacts to ${event.name} in ${names.join(' and ')}. Remove it from the decorators of all ` +
          'but one.',
      );
    }
  }
  return problems;
}

export function missingReactorDecorator(reactorClass: { readonly name: string }): string {
  return `${reactorClass.name} has methods of a reactor and is none. Write @Reactor({ name: '…' }) above the class.`;
}
