import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseKind } from '../../support/databases.js';
import { range } from '../../support/effects.js';
import type { ProcessorProcess } from '../../support/processor-process.js';
import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import { ProcessorWorld } from '../../support/processor-world.js';
import {
  type Accident,
  ErrandsTrial,
  LettersTrial,
  type OwnerTrial,
  RowsTrial,
} from './owner-trials.js';
import { LONG_ROUNDS, SEED } from './report.js';

const LONGEST_LOAD_MS = 150;
const ROUNDS_A_DATABASE = 25;

/** What may be run while accidents happen to its owners. */
export const OWNER_TRIALS = {
  'a processor': (world: ProcessorWorld, kind: DatabaseKind) => new RowsTrial(world, kind),
  'a reactor': (world: ProcessorWorld, kind: DatabaseKind) => LettersTrial.create(world, kind),
  'a saga': (world: ProcessorWorld) => new ErrandsTrial(world),
};

/** Round after round: the owner of a processor is killed, or stands still for longer than its lease, and comes back. */
export async function ownerRounds(
  what: keyof typeof OWNER_TRIALS,
  kind: DatabaseKind,
): Promise<void> {
  const random = new SeededRandom(SEED);
  process.stdout.write(
    `owners of ${what} on ${kind}: ${LONG_ROUNDS} rounds, TORTURE_SEED=${SEED}\n`,
  );
  for (let done = 0; done < LONG_ROUNDS; done += ROUNDS_A_DATABASE) {
    const world = await ProcessorWorld.create(kind);
    const trial = await OWNER_TRIALS[what](world, kind);
    try {
      const rounds = new OwnerRounds(world, random, trial);
      await rounds.run(done + 1, Math.min(LONG_ROUNDS, done + ROUNDS_A_DATABASE));
    } catch (error) {
      throw new Error(`TORTURE_SEED=${SEED}: ${String(error)}`, { cause: error });
    } finally {
      await world.end();
      await trial.end();
    }
  }
}

class OwnerRounds {
  private processes: ProcessorProcess[] = [];
  /** How often an accident has struck: another process may have taken over by itself before it could. */
  private strikes = 0;

  constructor(
    private readonly world: ProcessorWorld,
    private readonly random: SeededRandom,
    private readonly trial: OwnerTrial,
  ) {}

  async run(first: number, last: number): Promise<void> {
    const { accidents } = this.trial;
    await this.startOne();
    await this.startOne();
    for (const nr of range(first, last)) await this.round(accidents[nr % accidents.length]);
    expect(this.strikes).toBeGreaterThan(0);
  }

  private async round(accident: Accident): Promise<void> {
    const { processor, how } = accident;
    const when = `${how} of the owner of ${processor}`;
    await this.trial.append();
    await this.trial.untilDone(when);
    const owner = await this.owner(processor);
    if (how === 'kill') {
      const appending = this.trial.append();
      await delay(this.random.next() * LONGEST_LOAD_MS);
      await owner.kill();
      await appending;
    } else {
      await owner.freezeNext(how);
      await this.trial.append();
    }
    await this.trial.append();
    await this.trial.untilDone(when);
    if (how === 'kill' || owner.isStandingStill) {
      this.strikes += 1;
      expect(await this.owner(processor)).not.toBe(owner);
    }
    if (how === 'kill') await this.replace(owner);
    else await owner.thaw();
    await this.trial.append();
    await this.trial.untilDone(`${when}, and after it`);
  }

  private async owner(processor: string): Promise<ProcessorProcess> {
    const pid = await this.world.ownerPid(processor);
    const owner = this.processes.find((each) => each.pid === pid);
    if (!owner) throw new Error(`Nobody knows the owner ${pid}.`);
    return owner;
  }

  private async replace(killed: ProcessorProcess): Promise<void> {
    this.processes = this.processes.filter((each) => each !== killed);
    await this.startOne();
  }

  private async startOne(): Promise<void> {
    this.processes.push(await this.world.startProcess(this.trial.options));
  }
}
