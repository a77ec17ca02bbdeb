import { createHash } from 'node:crypto';
import { v5 } from 'uuid';
import { CommandIdReusedError } from '../errors/command.errors.js';
import { encodeEventData } from '../events/event-data-codec.js';
import { EventStore } from '../store/event-store.js';
import { CommandRecord, JsonValue } from '../store/recorded-event.js';
import { RepeatableCommand } from './repeatable-command.js';

/** The id of the nth event, from 0, that the command with this id stores. */
export function eventIdOf(commandId: string, nth: number): string {
  return v5(`event ${nth}`, commandId);
}

/** What is noted with the events of a command that leaves its aggregate at this revision; nothing without an id. */
export function recordOf(
  command: RepeatableCommand<unknown> | undefined,
  aggregate: { readonly stream: string; readonly revision: number },
): CommandRecord | undefined {
  if (command?.commandId === undefined) return undefined;
  return { id: command.commandId, digest: digestOf(command), ...aggregate };
}

/**
 * What the command has done before; undefined when it has stored nothing yet.
 * @throws CommandIdReusedError when it was another command that came with this id.
 */
export async function findRecord(
  command: RepeatableCommand<unknown>,
  store: EventStore,
): Promise<CommandRecord | undefined> {
  if (command.commandId === undefined) return undefined;
  const first = await store.findEvent(eventIdOf(command.commandId, 0));
  const record = first?.metadata.command;
  if (record && record.digest !== digestOf(command)) {
    throw new CommandIdReusedError(command.commandId);
  }
  return record;
}

/** Whether what stands in the metadata of an event from outside is such a record. */
export function isCommandRecord(value: unknown): value is CommandRecord {
  if (!isRecord(value)) return false;
  const { id, digest, stream, revision } = value as Partial<Record<string, unknown>>;
  return (
    [id, digest, stream].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(revision) &&
    (revision as number) >= 1
  );
}

/** The same for two commands of one class that say the same, in whatever order their properties stand. */
function digestOf(command: RepeatableCommand<unknown>): string {
  const { commandId: _, ...content } = encodeEventData(command) as Record<string, JsonValue>;
  const text = JSON.stringify([command.constructor.name, content], (_, value: unknown) =>
    isRecord(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  );
  return createHash('sha256').update(text).digest('base64url');
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
