import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/async.js';
import type { DatabaseKind } from '../../support/databases.js';
import { range } from '../../support/effects.js';
import type { Place, ProcessorProcess } from '../../support/processor-process.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { ProcessorWorld } from '../../support/processor-world.js';
import { FAULT_ROUNDS, SEED } from './report.js';

const OPTIONS = { processing: { leaseMs: 500 } };
const LONGEST_LOAD_MS = 150;
const ROUNDS_A_DATABASE = 25;
const EVENTS = 20;

type Accident = 'kill' | Place;

/**
 * Which accidents a database allows another process to take over after. A process that stands still inside a transaction
 * keeps the write lock of a SQLite file, and nobody can write to it.
 */
const ACCIDENTS: Readonly<Record<DatabaseKind, readonly Accident[]>> = {
  sqlite: ['kill', 'before a batch'],
  postgres: ['kill', 'before a batch', 'inside a batch'],
};

/** Round after round: the owner of a processor is killed, or stands still for longer than its lease, and comes back. */
export async function ownerRounds(kind: DatabaseKind): Promise<void> {
  const random = new SeededRandom(SEED);
  process.stdout.write(`owners on ${kind}: ${FAULT_ROUNDS} rounds, TORTURE_SEED=${SEED}\n`);
  for (let left = FAULT_ROUNDS; left > 0; left -= ROUNDS_A_DATABASE) {
    const world = await ProcessorWorld.create(kind);
    try {
      const rounds = new OwnerRounds(world, random, ACCIDENTS[kind]);
      await rounds.run(Math.min(left, ROUNDS_A_DATABASE));
    } catch (error) {
      throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}`, { cause: error });
    } finally {
      await world.end();
    }
  }
}

class OwnerRounds {
  private appended = 0;
  private processes: ProcessorProcess[] = [];

  constructor(
    private readonly world: ProcessorWorld,
    private readonly random: SeededRandom,
    private readonly accidents: readonly Accident[],
  ) {}

  async run(rounds: number): Promise<void> {
    for (const _ of range(1, 2)) this.processes.push(await this.world.startProcess(OPTIONS));
    for (const nr of range(1, rounds)) {
      const accident = this.accidents[nr % this.accidents.length];
      await this.round(accident);
    }
  }

  private async round(accident: Accident): Promise<void> {
    await this.append();
    await this.untilHandled(accident);
    const owner = await this.owner();
    if (accident === 'kill') {
      const appending = this.append();
      await delay(this.random.next() * LONGEST_LOAD_MS);
      await owner.kill();
      await appending;
    } else {
      await owner.freezeNext(accident);
      await this.append();
    }
    await this.append();
    await this.untilHandled(accident);
    expect(await this.owner()).not.toBe(owner);
    if (accident === 'kill') await this.replace(owner);
    else await owner.thaw();
    await this.append();
    await this.untilHandled(`${accident}, and after it`);
  }

  private async append(): Promise<void> {
    this.appended += EVENTS;
    await this.world.fill(EVENTS);
  }

  /** Every event has had its effect, once, in order. */
  private async untilHandled(when: string): Promise<void> {
    await until(async () => (await this.world.effects('increases')).length >= this.appended, when);
    expect(await this.world.effects('increases')).toEqual(range(1, this.appended));
  }

  private async owner(): Promise<ProcessorProcess> {
    const pid = await this.world.ownerPid('increases');
    const owner = this.processes.find((each) => each.pid === pid);
    if (!owner) throw new Error(`Nobody knows the owner ${pid}.`);
    return owner;
  }

  private async replace(killed: ProcessorProcess): Promise<void> {
    this.processes = this.processes.filter((each) => each !== killed);
    this.processes.push(await this.world.startProcess(OPTIONS));
  }
}
