import { SingleBar } from 'cli-progress';
import type { RebuildStatus } from '../../event-sourcing/index.js';
import { print } from '../output.js';

const FORMAT = '{bar} {percent} %  {events} of {head} events  {rate}/s  {left}';
const EVERY_PERCENT = 10;

/** Shows how far a rebuild or a verification is: on a terminal as a bar, elsewhere in lines. */
export abstract class Progress {
  /** @param isSilent for programs that want one answer */
  static on(stream: NodeJS.WriteStream, isSilent: boolean): Progress {
    if (isSilent) return new NoProgress();
    return stream.isTTY ? new ProgressBar(stream) : new ProgressLines();
  }

  abstract show(status: RebuildStatus): void;

  /** What is printed afterwards stands below. */
  abstract stop(): void;
}

class NoProgress extends Progress {
  override show(): void {}

  override stop(): void {}
}

class ProgressBar extends Progress {
  private readonly bar: SingleBar;

  constructor(stream: NodeJS.WriteStream) {
    super();
    this.bar = new SingleBar({
      format: FORMAT,
      stream,
      barsize: 30,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      hideCursor: true,
    });
    this.bar.start(100, 0, { percent: 0, events: 0, head: '?', rate: 0, left: '' });
  }

  override show(status: RebuildStatus): void {
    const { percent, position, head, eventsPerSecond } = status;
    const left = leftOf(status);
    this.bar.update(percent, { percent, events: position, head, rate: eventsPerSecond, left });
  }

  override stop(): void {
    this.bar.stop();
  }
}

class ProgressLines extends Progress {
  private next = 0;

  override show(status: RebuildStatus): void {
    const { percent, position, head, eventsPerSecond } = status;
    if (percent < this.next || head === 0) return;
    this.next = (Math.floor(percent / EVERY_PERCENT) + 1) * EVERY_PERCENT;
    print(
      `${percent} %, ${position} of ${head} events, ${eventsPerSecond}/s ${leftOf(status)}`.trim(),
    );
  }

  override stop(): void {}
}

function leftOf({ secondsLeft }: RebuildStatus): string {
  return secondsLeft === undefined ? '' : `${secondsLeft} s left`;
}
