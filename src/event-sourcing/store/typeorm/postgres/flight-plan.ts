import { ExpectedRevision } from '../../expected-revision.js';
import { PreparedAppend, PreparedEvent, PreparedWrite } from '../../prepared-append.js';
import { EXPECTED, SEPARATOR } from './append-function.js';

/** A flight laid out as the parameters of `hub_append`, in the order of its signature; numbers start at 1. */
export class FlightPlan {
  readonly writes: PreparedWrite[] = [];
  readonly events: PreparedEvent[] = [];
  private readonly streams = new Map<string, number>();
  private readonly writeAppend: number[] = [];
  private readonly eventWrite: number[] = [];
  private readonly firstWrites: number[] = [];

  constructor(appends: readonly PreparedAppend[]) {
    appends.forEach((append, index) => {
      this.firstWrites.push(this.writes.length);
      for (const write of append.writes) this.addWrite(write, index + 1);
    });
  }

  /** Where in `writes` those of an append begin. */
  firstWriteOf(append: number): number {
    return this.firstWrites[append];
  }

  parameters(): unknown[] {
    const { writes, events } = this;
    return [
      [...this.streams.keys()].join(SEPARATOR),
      this.writeAppend,
      writes.map(({ stream }) => this.streams.get(stream)),
      writes.map(({ expectedRevision }) => encodeExpected(expectedRevision)),
      writes.map((write) => write.events.length),
      this.eventWrite,
      events.map(({ id }) => id).join(SEPARATOR),
      events.map(({ type }) => type).join(SEPARATOR),
      events.map(({ version }) => version),
      events.map(({ data }) => data).join(SEPARATOR),
      events.map(({ metadata }) => metadata).join(SEPARATOR),
      events.map(({ tags }) => tags ?? '').join(SEPARATOR),
      events.map(({ correlationId }) => correlationId ?? '').join(SEPARATOR),
    ];
  }

  private addWrite(write: PreparedWrite, append: number): void {
    this.writes.push(write);
    this.writeAppend.push(append);
    if (!this.streams.has(write.stream)) this.streams.set(write.stream, this.streams.size + 1);
    for (const event of write.events) {
      this.events.push(event);
      this.eventWrite.push(this.writes.length);
    }
  }
}

/** How `hub_append` is told what a write expects. */
export function encodeExpected(expected: ExpectedRevision): number {
  return typeof expected === 'number' ? expected : EXPECTED[expected];
}
