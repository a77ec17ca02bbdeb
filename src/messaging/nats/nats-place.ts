/** Where a message stands: its number in a stream, and which stream of that name it is. */
export interface NatsPlace {
  readonly stream: string;
  readonly sequence: number;
}

export function placeText({ stream, sequence }: NatsPlace): string {
  return `${stream}/${sequence}`;
}

/** The number after which to go on; 0 where there is no place, or one of a stream that is no more. */
export function sequenceOf(place: string | undefined, stream: string): number {
  const [, name, sequence] = /^(.*)\/(\d+)$/.exec(place ?? '') ?? [];
  return name === stream ? Number(sequence) : 0;
}
