import type { IncomingMessages, OutgoingEvent, Subscription } from '../../src/messaging/index.js';
import { InMemoryBroker } from '../../src/messaging/testing/in-memory-broker.js';

/** A broker with one fault, and the case of the contract that finds it. */
interface BrokenBroker {
  readonly fault: string;
  readonly failsAt: string;
  readonly Broker: new () => InMemoryBroker;
}

export const brokenBrokers: readonly BrokenBroker[] = [
  {
    fault: 'publishes the events of a batch in any order',
    failsAt: 'the events of a key come in their order',
    Broker: class extends InMemoryBroker {
      override publish(events: readonly OutgoingEvent[]): Promise<void> {
        return super.publish(events.toReversed());
      }
    },
  },
  {
    fault: 'knows no ids',
    failsAt: 'what is published again does not come again, and changes no order',
    Broker: class extends InMemoryBroker {
      protected override isKnown(): boolean {
        return false;
      }
    },
  },
  {
    fault: 'loses the last event of a batch',
    failsAt: 'the events of a key come in their order',
    Broker: class extends InMemoryBroker {
      override publish(events: readonly OutgoingEvent[]): Promise<void> {
        return super.publish(events.slice(0, -1));
      }
    },
  },
  {
    fault: 'goes on one message too late',
    failsAt: 'whoever goes on after a place gets everything behind it, and nothing before',
    Broker: class extends InMemoryBroker {
      override subscribe({ after, ...rest }: Subscription): Promise<IncomingMessages> {
        return super.subscribe({ ...rest, ...(after && { after: String(Number(after) + 1) }) });
      }
    },
  },
  {
    fault: 'begins anew whenever it is asked',
    failsAt: 'a consumer that has told what is done goes on behind it',
    Broker: class extends InMemoryBroker {
      override subscribe({ consumer }: Subscription): Promise<IncomingMessages> {
        return super.subscribe({ consumer });
      }
    },
  },
  {
    fault: 'gives every consumer every topic',
    failsAt: 'a consumer gets the topics that it asked for',
    Broker: class extends InMemoryBroker {
      override subscribe({ topics: _, ...rest }: Subscription): Promise<IncomingMessages> {
        return super.subscribe(rest);
      }
    },
  },
  {
    fault: 'publishes what stands behind an event that it refuses',
    failsAt: 'an event that is too large is refused, and holds up its key alone',
    Broker: class extends InMemoryBroker {
      override async publish(events: readonly OutgoingEvent[]): Promise<void> {
        const results = await Promise.allSettled(events.map((event) => super.publish([event])));
        const failed = results.find((result) => result.status === 'rejected');
        if (failed) throw failed.reason;
      }
    },
  },
];
