import { createHash } from 'node:crypto';
import {
  type CloudEvent,
  isBinary,
  readBinary,
  readStructured,
} from '../../common/cloud-events/index.js';
import { ValidationFailedError } from '../../event-sourcing/index.js';
import type { IncomingMessage } from '../broker/event-broker.js';

const LONGEST = 200;

/** A message as it came, and what it says, if it is a CloudEvent. */
export interface ReceivedEvent {
  readonly message: Omit<IncomingMessage, 'place'>;
  readonly event?: CloudEvent;
  /** Why it is no CloudEvent. */
  readonly problem?: string;
  /** Tells the event from all others: its source and its id. Of what is no event, the message itself. */
  readonly identity: string;
  /** What is kept in order: `partitionkey`, or else the subject; without either, the event stands alone. */
  readonly key: string;
}

/** Never throws: what is no CloudEvent comes with the reason. */
export function receive<M extends Omit<IncomingMessage, 'place'>>(
  message: M,
): ReceivedEvent & { readonly message: M } {
  try {
    const event = eventOf(message);
    const identity = `${shortened(event.source)} ${shortened(event.id)}`;
    const key = event.extensions.partitionkey ?? event.subject ?? identity;
    return { message, event, identity, key: shortened(String(key)) };
  } catch (error) {
    const { origin, headers, body } = message;
    const digest = createHash('sha256')
      .update(`${origin} ${JSON.stringify(headers)} `)
      .update(body);
    const identity = `message ${digest.digest('hex')}`;
    return { message, problem: problemOf(error), identity, key: identity };
  }
}

function eventOf({ headers, body }: Omit<IncomingMessage, 'place'>): CloudEvent {
  if (isBinary(headers)) return readBinary(headers, body);
  return readStructured(JSON.parse(Buffer.from(body).toString('utf8')) as unknown);
}

function problemOf(error: unknown): string {
  if (error instanceof ValidationFailedError) {
    return `It is no CloudEvent: ${error.errors.flatMap(({ messages }) => messages).join('; ')}.`;
  }
  return 'It is no CloudEvent: it has no header ce-specversion, and its body is not JSON.';
}

/** As it is, where a database can keep it and look it up; its digest otherwise. */
function shortened(text: string): string {
  if (text.length <= LONGEST && !/[\p{Cc}\p{Cs}]/u.test(text)) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
