import { performance } from 'node:perf_hooks';

/** Collects how long operations took, and how many there were. */
export class Stopwatch {
  latencies = [];
  started = performance.now();

  async time(operation) {
    const start = performance.now();
    await operation();
    this.latencies.push(performance.now() - start);
  }

  result() {
    const ms = performance.now() - this.started;
    const count = this.latencies.length;
    return { count, ms, perSecond: (count / ms) * 1000, ...percentiles(this.latencies) };
  }
}

/** @returns the latencies, in milliseconds, that half and 99 of 100 operations kept below */
export function percentiles(latencies) {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

/** Has `clients` clients repeat an operation until the time is over. */
export async function repeat(clients, ms, operation) {
  const watch = new Stopwatch();
  const end = watch.started + ms;
  const client = async (_, nr) => {
    while (performance.now() < end) await watch.time(() => operation(nr));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return watch.result();
}

/** Has `clients` clients do an operation once for each of the items. */
export async function forEach(clients, items, operation) {
  const watch = new Stopwatch();
  let next = 0;
  const client = async () => {
    while (next < items.length) {
      const item = items[next++];
      await watch.time(() => operation(item));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return watch.result();
}
