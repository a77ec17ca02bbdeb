import { localTime } from '../../common/text/local-time.js';
import type { ParkedEventDetails } from '../../event-sourcing/index.js';
import { parkedEventDetailsOf } from '../../ops/processors/parked-event.dto.js';
import { inHub } from '../hub.js';
import { type OutputOptions, print, printJson, printTable } from '../output.js';

export async function showParked(
  processor: string,
  position: number,
  { json }: OutputOptions,
): Promise<void> {
  const parked = await inHub((hub) => hub.parked.show(processor, position));
  if (json) return printJson(parkedEventDetailsOf(parked));
  const { recorded, lifted, liftError, stream } = parked;
  printTable([`${recorded.type} at position ${position}`, ''], factsOf(parked));
  print('', `As it is stored, in version ${recorded.version}:`);
  printJson(recorded.data);
  if (liftError !== undefined) print('', `Upcasters fail: ${liftError}`);
  else if (lifted?.length === 0) print('', 'Upcasters make nothing of it.');
  for (const { type, version, data } of lifted ?? []) {
    if (type === recorded.type && version === recorded.version) continue;
    print('', `As the processor gets it, ${type} in version ${version}:`);
    printJson(data);
  }
  print('', `After the fix: hub parked retry ${processor} ${stream}`);
}

function factsOf(parked: ParkedEventDetails): readonly (readonly string[])[] {
  const { processor, stream, attempts, firstFailedAt, lastFailedAt, error, recorded } = parked;
  const isElsewhere = recorded.stream !== stream;
  return [
    ['processor', processor],
    [isElsewhere ? 'key' : 'stream', stream],
    ...(isElsewhere ? [['stream', recorded.stream]] : []),
    ['revision', String(recorded.revision)],
    ['stored', localTime(recorded.recordedAt)],
    ['correlation', recorded.metadata.correlationId ?? '-'],
    ['attempts', String(attempts)],
    ['failed first', firstFailedAt ? localTime(firstFailedAt) : '-'],
    ['failed last', lastFailedAt ? localTime(lastFailedAt) : '-'],
    ['error', error ?? 'it waits behind the one before'],
  ];
}
