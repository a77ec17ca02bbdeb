import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { EntityManager } from 'typeorm';
import { metadataIn } from '../../common/cloud-events/index.js';
import {
  isCorrelationId,
  type MessageContext,
  runInNewContext,
} from '../../event-sourcing/index.js';
import { IntegrationContext } from './integration-context.js';
import { type IntegrationMethod, integrationMethodsOf } from './on-integration-event.decorator.js';
import type { ReceivedEvent } from './received-event.js';

type Methods = Readonly<
  Record<string, (event: ReceivedEvent['event'], context: IntegrationContext) => Promise<unknown>>
>;

interface Handler extends IntegrationMethod {
  readonly instance: object;
  /** For people: `<class>.<method>`. */
  readonly title: string;
}

/** A call of a method for an event. */
export interface Call {
  readonly consumer: string;
  readonly attempts: number;
  readonly manager?: EntityManager;
}

/** The methods of the application that handle events of other services. */
@Injectable()
export class IntegrationHandlers {
  private readonly byType = new Map<string, Handler>();

  constructor(private readonly discovery: DiscoveryService) {}

  get count(): number {
    return this.byType.size;
  }

  /** @returns everything that is wrong with the methods among the providers. */
  discover(): readonly string[] {
    return this.discovery.getProviders().flatMap((wrapper) => {
      const handlerClass = wrapper.metatype as { prototype?: object; name: string } | null;
      if (typeof handlerClass?.prototype !== 'object' || handlerClass.prototype === null) return [];
      const { prototype, name } = handlerClass;
      const methods = integrationMethodsOf({ prototype });
      if (methods.length === 0) return [];
      if (!wrapper.isDependencyTreeStatic()) {
        return [
          `${name} handles events of other services and is made anew for every request. Remove scope from ` +
            '@Injectable(), and from what it injects.',
        ];
      }
      return methods.flatMap((method) => this.add(method, wrapper.instance as object, name));
    });
  }

  /** Whether somebody handles events of that type, inside the transaction or before it; undefined if nobody does. */
  placeOf({ event }: ReceivedEvent): 'inside' | 'before' | undefined {
    return event && this.byType.get(event.type)?.transaction;
  }

  /** Calls the method that handles the event, if there is one. */
  async call(received: ReceivedEvent, { consumer, attempts, manager }: Call): Promise<void> {
    const { event } = received;
    const handler = event && this.byType.get(event.type);
    if (!handler) return;
    const context = new IntegrationContext(received, consumer, attempts, manager);
    await runInNewContext(circumstancesOf(received), () =>
      (handler.instance as Methods)[handler.name](event, context),
    );
  }

  private add(method: IntegrationMethod, instance: object, className: string): readonly string[] {
    const title = `${className}.${method.name}`;
    if (method.type.trim() === '') {
      return [
        `${title} handles events without a type. Write @OnIntegrationEvent('<type>'), for example 'user.created'.`,
      ];
    }
    const other = this.byType.get(method.type);
    if (other && (other.instance !== instance || other.name !== method.name)) {
      return [
        `${other.title} and ${title} both handle "${method.type}". Remove @OnIntegrationEvent('${method.type}') from one, ` +
          'and have the other one call it.',
      ];
    }
    this.byType.set(method.type, { ...method, instance, title });
    return [];
  }
}

/** What follows from the event belongs to the same story. */
function circumstancesOf({ event }: ReceivedEvent): MessageContext {
  if (!event) return {};
  const { correlationId, traceparent } = metadataIn({ ...event, extensions: namesIn(event) });
  return {
    ...(isCorrelationId(correlationId) && { correlationId }),
    ...(isCorrelationId(traceparent) && { traceparent }),
    ...(isCorrelationId(event.id) && { causationId: event.id }),
  };
}

/** What is written by hand in other programs is none of ours to read. */
function namesIn({
  extensions,
}: NonNullable<ReceivedEvent['event']>): NonNullable<ReceivedEvent['event']>['extensions'] {
  const { correlationid, traceparent } = extensions;
  return {
    ...(correlationid !== undefined && { correlationid }),
    ...(traceparent !== undefined && { traceparent }),
  };
}
