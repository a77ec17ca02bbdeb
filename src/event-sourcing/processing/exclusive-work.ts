import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { LeaseLostError } from '../errors/processor.errors.js';
import { ProcessingSupport } from './processing-support.js';
import type { RetryPolicy, RetryPolicyOptions } from './retry-policy.js';

/** The right of this process to do a work, until another one takes it over. */
export interface WorkLease {
  readonly name: string;
  /** The fencing token, by which what an earlier owner still writes is refused. */
  readonly token: number;
  /** Whether it was taken just now from a process that has not given it back: what that was at is unknown. */
  readonly wasLost: boolean;
}

/**
 * Has one process at a time do a work that is no processor, by the same leases: when the owner dies, another one takes
 * over, and whatever the former would still write is refused.
 */
@Injectable()
export class ExclusiveWork {
  constructor(
    @Inject(ProcessingSupport) private readonly optionalSupport: ProcessingSupport | null,
  ) {}

  /** Whether there is a database to agree by. */
  get isPossible(): boolean {
    return this.optionalSupport !== null;
  }

  /** How long after a process was last heard of another one takes over, in milliseconds. */
  get leaseMs(): number {
    return this.support.leaseMs;
  }

  /**
   * Takes the lease of a work, or keeps it. It is renewed by itself.
   *
   * @param name tells the work from others and from processors: with a `:` in it
   * @returns undefined while another process has it
   */
  async hold(name: string): Promise<WorkLease | undefined> {
    const { checkpoints, leases } = this.support;
    leases.start();
    const seen = await checkpoints.read(name);
    const held = await leases.hold(name, seen, () => Promise.resolve(0));
    const wasLost = held !== undefined && held.token !== seen.token && seen.owner !== null;
    return held && { name, token: held.token, wasLost };
  }

  /** Lets another process take it at once. */
  async giveBack({ name }: WorkLease): Promise<void> {
    await this.support.leases.giveBack(name);
  }

  /**
   * Commits what `work` writes with its manager, if this process still has the lease, which is locked until then.
   * @throws LeaseLostError when it has not: nothing was written.
   */
  commit<T>({ name, token }: WorkLease, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { database, checkpoints } = this.support;
    return database.transactions.run(async (manager) => {
      const here = { position: 0, token };
      if ((await checkpoints.advance(name, here, 0, manager, true)) === undefined) {
        throw new LeaseLostError(name);
      }
      return work(manager);
    });
  }

  /** As `commit`, for whoever looks after a work that may be done by another process meanwhile: they take turns. */
  commitBeside<T>(name: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const { database, checkpoints } = this.support;
    return database.transactions.run(async (manager) => {
      await checkpoints.lock(name, manager);
      return work(manager);
    });
  }

  /** Whether an error would befall anything, and may be over later; or whether SQL and tables do not fit together. */
  isOutage(error: unknown): boolean {
    return this.support.isOutage(error) || this.support.isMistake(error);
  }

  /** Whether whoever handles something has given it up. */
  isUnrecoverable(error: unknown): boolean {
    return this.support.isUnrecoverable(error);
  }

  /** The pauses between tries. */
  retries(options?: RetryPolicyOptions): RetryPolicy {
    return this.support.retriesOf(options);
  }

  private get support(): ProcessingSupport {
    if (!this.optionalSupport) throw new Error('There are no leases where the log is in memory.');
    return this.optionalSupport;
  }
}
