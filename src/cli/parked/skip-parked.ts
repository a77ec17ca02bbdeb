import { inHub } from '../hub.js';
import { counted, type OutputOptions, print, printJson } from '../output.js';

const MANY = 200;

export async function skipParked(
  processor: string,
  position: number,
  { json }: OutputOptions,
): Promise<void> {
  const { stream, behind } = await inHub(async ({ parked }) => {
    const { stream } = await parked.show(processor, position);
    await parked.skip(processor, stream, position);
    return { stream, behind: await parked.list({ processor, stream, limit: MANY + 1 }) };
  });
  if (json) return printJson({ processor, stream, position });
  print(`${processor} will never handle the event at position ${position}.`);
  if (behind.length === 0) return print(`Nothing of ${stream} is parked any more.`);
  const count = behind.length > MANY ? `More than ${MANY} events` : counted(behind.length, 'event');
  print(
    `Behind it, parked still: ${count}. To go on with them: hub parked retry ${processor} ${stream}`,
  );
}
