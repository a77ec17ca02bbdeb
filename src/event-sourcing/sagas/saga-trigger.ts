import type { CommandToSend } from './saga.events.js';
import type { Refusal } from './saga-handler.decorators.js';

/** What has happened that a saga may answer, as an event in the log with its id and its position. */
export type SagaTrigger =
  | {
      readonly kind: 'event';
      readonly id: string;
      readonly position: number;
      readonly type: string;
      readonly event: object;
    }
  | {
      readonly kind: 'refusal';
      readonly id: string;
      readonly position: number;
      readonly command: CommandToSend;
      readonly refusal: Refusal;
    }
  | {
      readonly kind: 'deadline';
      readonly id: string;
      readonly position: number;
      readonly deadlineId: string;
      readonly name: string;
    };
