import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Clock, ConfigurationError, ExclusiveWork } from '../../event-sourcing/index.js';
import { EventBroker } from '../broker/event-broker.js';
import { consumerProblems } from './consumer-checks.js';
import { CONSUMER_OPTIONS, READING } from './consumer-tokens.js';
import type { ConsumerOptions } from './consumer-options.js';
import { EventConsumer, type ConsumerStatus } from './event-consumer.js';
import { EventHandling } from './event-handling.js';
import { IntegrationHandlers } from './integration-handlers.js';

/** Finds the methods that handle events of other services, says what is wrong with them, and has them called. */
@Injectable()
export class ConsumerRuntime implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private consumer: EventConsumer | undefined;

  constructor(
    @Inject(CONSUMER_OPTIONS) private readonly options: ConsumerOptions | undefined,
    @Inject(READING) private readonly source: DataSource | undefined,
    private readonly broker: EventBroker,
    private readonly handlers: IntegrationHandlers,
    private readonly work: ExclusiveWork,
    private readonly clock: Clock,
  ) {}

  /** What the consumer is doing; undefined where nothing is consumed in this process. */
  get status(): ConsumerStatus | undefined {
    return this.consumer?.status;
  }

  /** @throws ConfigurationError with every problem found. */
  onApplicationBootstrap(): void {
    const { options, source } = this;
    const problems = [...this.handlers.discover(), ...(options ? consumerProblems(options) : [])];
    if (this.handlers.count > 0 && !options) problems.push(noConsumer());
    if (this.handlers.count > 0 && !this.work.isPossible) problems.push(noDatabase());
    if (problems.length > 0) throw new ConfigurationError(problems);
    if (!options || !source || this.handlers.count === 0 || options.run === false) return;
    const { broker, handlers, work, clock } = this;
    const handling = new EventHandling(options.name, handlers, work, clock, source.manager);
    const retries = work.retries(options.retry);
    this.consumer = new EventConsumer(options, broker, handling, work, retries, clock);
    this.consumer.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.consumer?.stop();
  }
}

function noConsumer(): string {
  return (
    'There are methods with @OnIntegrationEvent, and no consumer has a name. Type consumer: { name: … } in ' +
    'MessagingModule.forRoot({ … }).'
  );
}

function noDatabase(): string {
  return (
    'There are methods with @OnIntegrationEvent, whose inbox is in a database, and the log is in memory. Remove ' +
    "store: 'memory' from EventSourcingModule.forRoot(…) and import TypeOrmModule.forRoot(…)."
  );
}
