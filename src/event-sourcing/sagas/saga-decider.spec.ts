import { DomainEvent } from '../events/domain-event.decorator.js';
import { DurableSaga } from './durable-saga.decorator.js';
import { SagaDecider } from './saga-decider.js';
import { type SagaDefinition, sagaDefinitionOf } from './saga-definition.js';
import { StartsOn } from './saga-handler.decorators.js';
import { type SagaStep, step } from './saga-step.js';
import type { SagaTrigger } from './saga-trigger.js';

@DomainEvent('lesson.booked')
class LessonBooked {
  constructor(readonly lessonId: string) {}
}

@DurableSaga({ name: 'lesson', correlatedBy: 'lessonId' })
class LessonSaga {
  @StartsOn(LessonBooked)
  booked({ lessonId }: LessonBooked): SagaStep<object> {
    return step({ lessonId });
  }
}

const ID = '00000000-0000-7000-8000-000000000001';
const NOW = new Date('2026-01-01T00:00:00.000Z');

function bookedAt(position: number): SagaTrigger {
  return { kind: 'event', id: ID, position, type: 'lesson.booked', event: new LessonBooked('l') };
}

describe('A saga decides', () => {
  const definition = sagaDefinitionOf(LessonSaga) as SagaDefinition;
  const decider = new SagaDecider(definition, new LessonSaga());
  const last = decider.decide(bookedAt(7), undefined, ID, NOW);

  it('on what stands behind its last answer in the log', () => {
    expect(last?.triggerPosition).toBe(7);
    expect(decider.decide(bookedAt(8), last, ID, NOW)?.triggerPosition).toBe(8);
  });

  it('on nothing that it has answered, or passed by, before', () => {
    expect(decider.decide(bookedAt(7), last, ID, NOW)).toBeUndefined();
    expect(decider.decide(bookedAt(3), last, ID, NOW)).toBeUndefined();
  });
});
