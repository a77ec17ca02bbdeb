import {
  DiscardPolicy,
  JetStreamApiCodes,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { BrokerUnavailableError } from '../broker/broker.errors.js';
import { isApiError } from './nats-errors.js';
import type { NatsSettings } from './nats-options.js';

const NANOS_IN_MS = 1_000_000;

/** The stream is there, and something on it is not as it must be. */
export class StreamUnsuitableError extends BrokerUnavailableError {
  override readonly code = 'broker-stream-unsuitable';
}

/**
 * Makes the stream if it is not there, and looks at one that is.
 * @throws StreamUnsuitableError with everything that is not as it must be, and what to type.
 */
export async function ensureStream(
  manager: JetStreamManager,
  settings: NatsSettings,
): Promise<void> {
  const { stream, prefix, replicas, duplicateWindowMs } = settings;
  const found = await find(manager, stream);
  if (!found) {
    // Several processes may do so at once: the same stream again is no mistake.
    await manager.streams.add({
      name: stream,
      subjects: [`${prefix}.>`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.Old,
      num_replicas: replicas,
      duplicate_window: nanos(duplicateWindowMs),
    });
    return;
  }
  const problems = streamProblems(found.config, settings);
  if (problems.length > 0) {
    throw new StreamUnsuitableError(
      `The JetStream stream ${stream} cannot be used as it is. ${problems.join(' ')}`,
    );
  }
}

/** What is wrong with a stream, and what to type. */
export function streamProblems(
  config: StreamConfig,
  { stream, prefix, replicas, duplicateWindowMs }: NatsSettings,
): readonly string[] {
  const another = 'That cannot be changed: choose another one by NATS_STREAM=<name>.';
  const windowMs = config.duplicate_window / NANOS_IN_MS;
  return [
    ...(covers(config.subjects ?? [], prefix)
      ? []
      : [`It does not store ${prefix}.>: nats stream edit ${stream} --subjects='${prefix}.>'.`]),
    ...(config.storage === StorageType.File
      ? []
      : [`It is in memory, and is lost with its servers. ${another}`]),
    ...(config.retention === RetentionPolicy.Limits
      ? []
      : [
          `It removes messages that somebody has read (retention: ${config.retention}). ${another}`,
        ]),
    ...(config.no_ack ? [`It acknowledges nothing (no_ack). ${another}`] : []),
    ...(config.sealed ? [`It is sealed, and takes nothing. ${another}`] : []),
    ...(config.num_replicas >= replicas
      ? []
      : [
          `It has ${config.num_replicas} replicas, and NATS_REPLICAS is ${replicas}: nats stream edit ${stream} --replicas=${replicas}.`,
        ]),
    ...(windowMs >= duplicateWindowMs
      ? []
      : [
          `It forgets ids after ${windowMs} ms, and NATS_DUPLICATE_WINDOW_MS is ${duplicateWindowMs}: nats stream edit ` +
            `${stream} --dupe-window=${duplicateWindowMs}ms.`,
        ]),
  ];
}

function covers(subjects: readonly string[], prefix: string): boolean {
  return subjects.some((subject) => ['>', `${prefix}.>`, '*.>'].includes(subject));
}

async function find(manager: JetStreamManager, stream: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(stream);
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return undefined;
    throw error;
  }
}
