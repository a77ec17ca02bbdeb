import type { EntityManager } from 'typeorm';
import type { EventEnvelope } from '../events/event-envelope.js';
import { run } from '../processing/portable-sql.js';
import { Processor } from '../processing/processor.js';
import { SagaStepped } from './saga.events.js';

/** Keeps the open deadlines of all sagas in the table `hub_deadlines`, by what their last steps say. */
export class SagaDeadlinesProcessor extends Processor {
  override readonly name = 'saga-deadlines';
  override readonly eventTypes = ['saga.stepped'];

  override async handle({ event, stream }: EventEnvelope, manager: EntityManager): Promise<void> {
    if (!(event instanceof SagaStepped)) return;
    await run(manager, 'DELETE FROM hub_deadlines WHERE stream = ?', [stream]);
    for (const { id, name, dueAt } of event.deadlines) {
      await run(
        manager,
        'INSERT INTO hub_deadlines (id, stream, name, due_at) VALUES (?, ?, ?, ?)',
        [id, stream, name, dueAt.getTime()],
      );
    }
  }
}
