import { localTime } from '../../common/text/local-time.js';
import { ProjectionNotFoundError } from '../../event-sourcing/index.js';
import { projectionsIn, type ProjectionDto } from '../../ops/projections/projection.dto.js';
import type { RebuildDto } from '../../ops/projections/rebuild.dto.js';
import { inHub } from '../hub.js';
import { type OutputOptions, print, printJson, printTable } from '../output.js';

const HEADINGS = ['projection', 'last', 'version', 'state', 'done', 'left', 'begun', 'ended'];

export async function showProjections(
  name: string | undefined,
  { json }: OutputOptions,
): Promise<void> {
  const all = await inHub(({ rebuilds }) => projectionsIn(rebuilds));
  const shown = all.filter((projection) => name === undefined || projection.name === name);
  if (name !== undefined && shown.length === 0) {
    throw new ProjectionNotFoundError(
      name,
      all.map((projection) => projection.name),
    );
  }
  if (json) return printJson(name === undefined ? { items: shown } : shown[0]);
  printTable(HEADINGS, shown.flatMap(rowsOf));
  const reasons = shown.flatMap(({ name: own, rebuild, verification }) =>
    [rebuild, verification].flatMap((each) => (each?.lastError ? `${own}: ${each.lastError}` : [])),
  );
  if (reasons.length > 0) print('', ...reasons);
}

function rowsOf({ name, rebuild, verification }: ProjectionDto): readonly (readonly string[])[] {
  const nothing = [name, '-', ...HEADINGS.slice(2).map(() => '-')];
  const rows = [
    ...(rebuild ? [rowOf(name, 'rebuild', rebuild)] : []),
    ...(verification ? [rowOf(name, 'verification', verification)] : []),
  ];
  return rows.length > 0 ? rows : [nothing];
}

function rowOf(name: string, what: string, status: RebuildDto): readonly string[] {
  const { version, state, percent, secondsLeft, startedAt, finishedAt, result } = status;
  return [
    name,
    what,
    String(version),
    result ? (result.isEqual ? 'equal' : 'DIFFERENT') : state,
    `${percent} %`,
    secondsLeft === null ? '-' : `${secondsLeft} s`,
    localTime(startedAt),
    finishedAt ? localTime(finishedAt) : '-',
  ];
}
