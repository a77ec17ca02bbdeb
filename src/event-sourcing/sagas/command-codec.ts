import { storedNameOf, commandClassesNamed } from '../commands/stored-command.decorator.js';
import { UnknownCommandError, UndeclaredCommandError } from '../errors/saga.errors.js';
import { decodeEventData, encodeEventData } from '../events/event-data-codec.js';
import type { JsonValue } from '../store/recorded-event.js';
import type { CommandToSend } from './saga.events.js';

/**
 * A command in the form in which the log keeps it.
 * @throws UndeclaredCommandError, UnstorableValueError
 */
export function encodeCommand(command: object, id: string): CommandToSend {
  const type = storedNameOf(command.constructor);
  if (type === undefined) throw new UndeclaredCommandError(command.constructor.name);
  return { id, type, data: encodeEventData(command) };
}

/**
 * The command, with the id it was kept under as its `commandId`.
 * @throws UnknownCommandError
 */
export function decodeCommand({ id, type, data }: CommandToSend): object {
  const [commandClass] = commandClassesNamed(type);
  if (!commandClass) throw new UnknownCommandError(type);
  const fields = { ...(data as Record<string, JsonValue>), commandId: id };
  return decodeEventData(fields, commandClass.prototype as object);
}
