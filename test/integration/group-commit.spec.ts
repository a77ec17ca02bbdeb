import { StoreOverloadedError } from '../../src/event-sourcing/errors/store.errors.js';
import { GroupCommit } from '../../src/event-sourcing/store/group-commit.js';
import { Gate, until } from '../support/async.js';
import { turnsOfTheEventLoop } from '../support/event-loop.js';

interface Request {
  readonly name: string;
  readonly weight?: number;
  readonly keys?: readonly string[];
}

class LeavesNothing extends Error {}
class OutcomeUnknown extends Error {}

/** A group commit whose flights end when the test says so, and whose outcome is the request's name. */
class Airfield {
  readonly flights: string[][] = [];
  private readonly gates: Gate[] = [];
  private readonly failures = new Map<string, Error>();

  readonly groupCommit = new GroupCommit<Request, string>({
    fly: (requests) => this.fly(requests),
    weigh: ({ weight = 1 }) => weight,
    keysOf: ({ keys = [] }) => keys,
    maxWeight: 10,
    maxWaiting: 6,
    leftNothing: (error) => error instanceof LeavesNothing,
  });

  /** Flights with this request aboard fail. */
  failWith(name: string, error: Error): void {
    this.failures.set(name, error);
  }

  submit(...requests: (Request | string)[]): Promise<string>[] {
    return requests.map((request) =>
      this.groupCommit.submit(typeof request === 'string' ? { name: request } : request),
    );
  }

  /** As submit, for those whose outcome nobody waits for. */
  enqueue(...requests: (Request | string)[]): void {
    for (const outcome of this.submit(...requests)) void outcome;
  }

  /** Lets the flights land, one after the other, until everybody has an outcome. */
  async land(): Promise<void> {
    let done = false;
    const drained = this.groupCommit.drained().then(() => (done = true));
    await until(() => {
      for (const gate of this.gates) gate.open();
      return done;
    }, 'all flights have landed');
    await drained;
  }

  async takenOff(count: number): Promise<void> {
    await until(() => this.flights.length === count, `${count} flights`);
  }

  private async fly(requests: readonly Request[]): Promise<string[]> {
    const names = requests.map(({ name }) => name);
    const gate = new Gate();
    this.gates.push(gate);
    this.flights.push(names);
    await gate.opened;
    const failing = names.find((name) => this.failures.has(name));
    if (failing) throw this.failures.get(failing) as Error;
    return names;
  }
}

describe('group commit', () => {
  let airfield: Airfield;

  beforeEach(() => {
    airfield = new Airfield();
  });

  it('takes the requests of one tick into one flight', async () => {
    const outcomes = airfield.submit('a', 'b', 'c');
    await airfield.land();
    expect(airfield.flights).toEqual([['a', 'b', 'c']]);
    expect(await Promise.all(outcomes)).toEqual(['a', 'b', 'c']);
  });

  it('takes all who came during a flight into the next', async () => {
    const first = airfield.submit('a');
    await airfield.takenOff(1);
    const others = airfield.submit('b', 'c');
    await turnsOfTheEventLoop(3);
    others.push(...airfield.submit('d'));
    await turnsOfTheEventLoop(3);
    expect(airfield.flights).toEqual([['a']]);
    await airfield.land();
    expect(airfield.flights).toEqual([['a'], ['b', 'c', 'd']]);
    expect(await Promise.all([...first, ...others])).toEqual(['a', 'b', 'c', 'd']);
  });

  it('has no more than one flight under way', async () => {
    airfield.enqueue({ name: 'a', weight: 9 }, { name: 'b', weight: 9 }, { name: 'c', weight: 9 });
    await airfield.takenOff(1);
    await turnsOfTheEventLoop(10);
    expect(airfield.flights).toHaveLength(1);
    await airfield.land();
    expect(airfield.flights).toEqual([['a'], ['b'], ['c']]);
  });

  it('closes a flight when its weight is reached, without letting anybody overtake', async () => {
    airfield.enqueue(
      { name: 'a', weight: 4 },
      { name: 'b', weight: 6 },
      { name: 'c', weight: 8 },
      { name: 'd', weight: 3 },
      { name: 'e', weight: 1 },
    );
    await airfield.land();
    expect(airfield.flights).toEqual([['a', 'b'], ['c'], ['d', 'e']]);
  });

  it('lets a request that is heavier than a flight may be fly alone', async () => {
    const outcomes = airfield.submit('a', { name: 'heavy', weight: 99 }, 'b');
    await airfield.land();
    expect(airfield.flights).toEqual([['a'], ['heavy'], ['b']]);
    expect(await Promise.all(outcomes)).toEqual(['a', 'heavy', 'b']);
  });

  it('keeps requests with a common key apart, without letting anybody overtake', async () => {
    airfield.enqueue(
      { name: 'a', keys: ['1', '2'] },
      { name: 'b', keys: ['3'] },
      { name: 'c', keys: ['4', '2'] },
      { name: 'd', keys: ['5'] },
      { name: 'e', keys: ['4'] },
    );
    await airfield.land();
    expect(airfield.flights).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('repeats a flight that left nothing request by request, so that one harms no other', async () => {
    const poison = new LeavesNothing('poison');
    airfield.failWith('poison', poison);
    const outcomes = Promise.allSettled(airfield.submit('a', 'poison', 'b'));
    await airfield.land();
    expect(airfield.flights).toEqual([['a', 'poison', 'b'], ['a'], ['poison'], ['b']]);
    expect(await outcomes).toEqual([
      { status: 'fulfilled', value: 'a' },
      { status: 'rejected', reason: poison },
      { status: 'fulfilled', value: 'b' },
    ]);
  });

  it('repeats nothing of a flight whose outcome is unknown: all aboard are told', async () => {
    const lost = new OutcomeUnknown('connection lost');
    airfield.failWith('b', lost);
    const outcomes = Promise.allSettled(airfield.submit('a', 'b', 'c'));
    await airfield.land();
    expect(airfield.flights).toEqual([['a', 'b', 'c']]);
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
      { status: 'rejected', reason: lost },
    ]);
  });

  it('goes on after a flight that failed', async () => {
    airfield.failWith('a', new OutcomeUnknown('connection lost'));
    const [first] = airfield.submit('a');
    await airfield.takenOff(1);
    const [second] = airfield.submit('b');
    await Promise.all([expect(first).rejects.toThrow('connection lost'), airfield.land()]);
    expect(await second).toBe('b');
    expect(airfield.flights).toEqual([['a'], ['b']]);
  });

  it('refuses a request when too many are waiting, and takes it later', async () => {
    airfield.enqueue('aboard');
    await airfield.takenOff(1);
    airfield.enqueue('a', 'b', 'c', 'd', 'e', 'f');
    const [refused] = airfield.submit('too many');
    await expect(refused).rejects.toThrow(StoreOverloadedError);
    await airfield.land();
    expect(airfield.flights.flat()).not.toContain('too many');

    const [later] = airfield.submit('too many');
    await airfield.land();
    expect(await later).toBe('too many');
  });

  it('is drained at once when nothing was submitted', async () => {
    await airfield.groupCommit.drained();
    expect(airfield.flights).toEqual([]);
  });

  it('is drained when those who came meanwhile have their outcome, too', async () => {
    let outcomes = 0;
    const count = (): number => (outcomes += 1);
    airfield.submit('a', 'b').forEach((outcome) => void outcome.then(count));
    await airfield.takenOff(1);
    const drained = airfield.groupCommit.drained().then(() => outcomes);
    airfield.submit('c').forEach((outcome) => void outcome.then(count));
    await airfield.land();
    expect(await drained).toBe(3);
  });
});
