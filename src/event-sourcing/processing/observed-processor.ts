import { setTimeout as delay } from 'node:timers/promises';
import { ProcessingSupport } from './processing-support.js';
import { Processor } from './processor.js';
import { ProcessorHandle } from './processor-handle.js';
import { ProcessorLoop } from './processor-loop.js';
import { ProcessorState, ProcessorStatus } from './processor-status.js';
import { Standing, standingOf, statusOf } from './standing.js';

const LOOK_MS = 20;

/**
 * A processor in a process that runs none (`processing: { run: false }`): what there is to know is looked up in the
 * database, and what is to be done is done there, whatever process runs the processor.
 */
export class ObservedProcessor implements ProcessorHandle {
  /** Never started. */
  private readonly loop: ProcessorLoop;

  constructor(
    private readonly processor: Processor,
    private readonly support: ProcessingSupport,
  ) {
    this.loop = new ProcessorLoop(processor, support);
  }

  async status(): Promise<ProcessorStatus> {
    const standing = await standingOf(this.processor, this.support);
    return statusOf(this.processor, standing, { state: stateOf(standing), isOwner: false });
  }

  hasReached(): boolean {
    return false;
  }

  async reached(position: number, timeoutMs: number): Promise<boolean> {
    const endsAt = performance.now() + timeoutMs;
    for (;;) {
      const standing = await standingOf(this.processor, this.support);
      if (standing.position >= position) return true;
      if (performance.now() >= endsAt) return false;
      await delay(LOOK_MS);
    }
  }

  setPaused(isPaused: boolean): Promise<void> {
    return this.loop.setPaused(isPaused);
  }

  runOnce(): Promise<number> {
    return this.loop.runOnce();
  }
}

/** As the process that runs the processor would say, as far as the database tells. */
function stateOf({ checkpoint, position, head }: Standing): ProcessorState {
  if (checkpoint.isPaused) return 'paused';
  if (checkpoint.leaseLeftMs <= 0) return 'stopped';
  return position === head ? 'live' : 'catching-up';
}
