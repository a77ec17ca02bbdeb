import { performance } from 'node:perf_hooks';
import { STREAM_LENGTH } from '../settings.mjs';
import { uuidV7 } from './ids.mjs';
import { percentiles, repeat } from './measure.mjs';
import { freeId } from './payload.mjs';

/**
 * Workload 1: every writer writes many small streams, one event an append, each at the revision it knows. The first
 * event of a stream demands that there is none yet.
 */
export function append(driver, { writers, ms }) {
  const streams = Array.from({ length: writers }, () => ({ id: '', revision: STREAM_LENGTH }));
  return repeat(writers, ms, async (nr) => {
    const stream = streams[nr];
    if (stream.revision === STREAM_LENGTH) Object.assign(stream, { id: uuidV7(), revision: 0 });
    await driver.append(stream.id, stream.revision, [stream.revision + 1]);
    stream.revision += 1;
  });
}

/** Workload 2: all writers write to the same few streams and demand nothing, which must never be refused. */
export async function hot(driver, { writers, streams, ms }) {
  const ids = Array.from({ length: streams }, freeId);
  let rejections = 0;
  const result = await repeat(writers, ms, async (nr) => {
    try {
      await driver.append(ids[nr % streams], 'any', [0]);
    } catch (error) {
      if (!driver.isConflict(error)) throw error;
      rejections += 1;
    }
  });
  const count = result.count - rejections;
  return { ...result, count, rejections, perSecond: (count / result.ms) * 1000 };
}

/** The yardstick's workload 1: transactions of `size` rows, one for each of as many writers. */
export async function raw(driver, { size, ms }) {
  const streams = Array.from({ length: size }, () => ({ account: uuidV7(), revision: 0 }));
  const latencies = [];
  const started = performance.now();
  let time = started;
  while (time < started + ms) {
    for (const stream of streams) {
      if (stream.revision === STREAM_LENGTH) {
        Object.assign(stream, { account: uuidV7(), revision: 0 });
      }
      stream.revision += 1;
    }
    driver.insertAll(streams);
    driver.acknowledged += size;
    const end = performance.now();
    latencies.push(end - time);
    time = end;
  }
  const count = latencies.length * size;
  const elapsed = time - started;
  return { count, ms: elapsed, perSecond: (count / elapsed) * 1000, ...percentiles(latencies) };
}
