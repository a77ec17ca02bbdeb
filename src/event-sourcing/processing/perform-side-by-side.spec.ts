import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EventEnvelope } from '../events/event-envelope.js';
import { EffectProcessor } from './effect-processor.js';
import { performSideBySide } from './perform-side-by-side.js';

const TRIAL = { attempts: 1, isOutage: () => false };

/** Notes what begins and what ends, and fails where it is told to. */
class Noting extends EffectProcessor {
  override readonly name = 'noting';
  override readonly eventTypes = [];
  readonly begun: string[] = [];
  readonly ended: string[] = [];
  atOnce = 0;
  most = 0;

  constructor(private readonly failing: readonly string[] = []) {
    super();
  }

  override async perform({ stream, revision }: EventEnvelope): Promise<void> {
    const event = `${stream}@${revision}`;
    this.begun.push(event);
    this.most = Math.max(this.most, (this.atOnce += 1));
    await nextTurn();
    this.atOnce -= 1;
    if (this.failing.includes(event)) throw new Error(event);
    this.ended.push(event);
  }
}

function envelopes(...events: readonly string[]): EventEnvelope[] {
  return events.map((event) => {
    const [stream, revision] = event.split('@');
    return { stream, revision: Number(revision) } as EventEnvelope;
  });
}

describe('What is performed side by side', () => {
  it('is one event of a stream after the other, and several streams at once', async () => {
    const processor = new Noting();
    await performSideBySide(processor, envelopes('a@1', 'b@1', 'a@2', 'c@1', 'a@3', 'b@2'), TRIAL);
    expect(processor.most).toBe(3);
    expect(processor.ended.filter((event) => event.startsWith('a'))).toEqual(['a@1', 'a@2', 'a@3']);
    expect(processor.ended.filter((event) => event.startsWith('b'))).toEqual(['b@1', 'b@2']);
    expect(processor.ended).toHaveLength(6);
  });

  it('is never more than 32 streams at once', async () => {
    const processor = new Noting();
    const many = Array.from({ length: 100 }, (_, nr) => `s${nr}@1`);
    await performSideBySide(processor, envelopes(...many), TRIAL);
    expect(processor.most).toBe(32);
    expect(processor.ended).toHaveLength(100);
  });

  it('stops in a stream at what fails, goes on with the others, and has ended when it says so', async () => {
    const processor = new Noting(['a@2']);
    const performing = performSideBySide(
      processor,
      envelopes('a@1', 'a@2', 'a@3', 'b@1', 'b@2'),
      TRIAL,
    );
    await expect(performing).rejects.toThrow('a@2');
    expect(processor.atOnce).toBe(0);
    expect(processor.ended.toSorted()).toEqual(['a@1', 'b@1', 'b@2']);
    expect(processor.begun).not.toContain('a@3');
  });
});
