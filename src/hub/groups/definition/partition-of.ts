import { createHash } from 'node:crypto';

/**
 * The partition in which the events of a stream are: the same in every process and version of this program, as what is not
 * settled is kept by it.
 */
export function partitionOf(stream: string, partitions: number): number {
  return createHash('sha256').update(stream).digest().readUInt32BE(0) % partitions;
}
