/**
 * How much is measured. `judgedMs` is the window of what a required ratio depends on, `sideMs` of the rest; `growth` are
 * the sizes of the log in workload 6, the first being what the others are compared with. Workloads that nothing is
 * required of take part in the first `sideRounds` of the rounds. A server is warmed up once, for long enough that its
 * code is compiled.
 *
 * `snapshots` are taken `every` so many events of aggregates that have as many as `sizes` says, and then `tail` more.
 * `remote` starts a server for each of its databases.
 *
 * `catchUp` measures the events of a log that follow those of the warm-up, for each form of a projection.
 */
export const PRESETS = {
  tiny: {
    rounds: 1,
    sideRounds: 1,
    warmUpMs: 50,
    serverWarmUpMs: 200,
    judgedMs: 120,
    sideMs: 80,
    tailEvents: 10,
    small: { warmUp: 20, accounts: 40, events: 10 },
    large: { accounts: 2, events: 200 },
    growth: [1_000, 20_000],
    relay: { rounds: 1, events: 2_000 },
    remote: { databases: ['sqlite'] },
    snapshots: { rounds: 1, aggregates: 2, sizes: [300, 2_000], every: 100, tail: 50 },
    catchUp: {
      rounds: 1,
      logs: {
        batches: { warmUp: 4_000, events: 20_000 },
        'event by event': { warmUp: 2_000, events: 2_000 },
      },
    },
  },
  small: {
    rounds: 5,
    sideRounds: 2,
    warmUpMs: 200,
    serverWarmUpMs: 2_500,
    judgedMs: 500,
    sideMs: 150,
    tailEvents: 30,
    small: { warmUp: 1_000, accounts: 400, events: 10 },
    large: { accounts: 4, events: 1_000 },
    growth: [10_000, 1_000_000],
    relay: { rounds: 3, events: 20_000 },
    remote: { databases: ['postgres', 'sqlite'] },
    snapshots: { rounds: 3, aggregates: 2, sizes: [1_000, 100_000], every: 100, tail: 50 },
    catchUp: {
      rounds: 3,
      logs: {
        batches: { warmUp: 40_000, events: 200_000 },
        'event by event': { warmUp: 2_000, events: 6_000 },
      },
    },
  },
  full: {
    rounds: 7,
    sideRounds: 7,
    warmUpMs: 1_000,
    serverWarmUpMs: 15_000,
    judgedMs: 3_000,
    sideMs: 1_500,
    tailEvents: 200,
    small: { warmUp: 2_000, accounts: 2_000, events: 10 },
    large: { accounts: 16, events: 1_000 },
    growth: [10_000, 1_000_000, 10_000_000],
    relay: { rounds: 7, events: 100_000 },
    remote: { databases: ['postgres', 'sqlite'] },
    snapshots: { rounds: 7, aggregates: 8, sizes: [1_000, 100_000], every: 100, tail: 50 },
    catchUp: {
      rounds: 3,
      logs: {
        batches: { warmUp: 100_000, events: 1_000_000 },
        'event by event': { warmUp: 4_000, events: 100_000 },
      },
    },
  },
};

export const WRITERS = [1, 16, 64, 256];

/** The length of the many small streams that workloads 1, 6 and 8 write. */
export const STREAM_LENGTH = 10;
