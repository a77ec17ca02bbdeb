import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../product.mjs';
import { DATABASE_TITLES } from '../suites/steps.mjs';
import { contenderTitle, figure, required } from './tables.mjs';

const README = join(ROOT, 'README.md');
const FIGURES = /(?<=<!-- figures -->\n)[\s\S]*(?=<!-- end of figures -->)/;

/** What is compared, the database, Hindsight's workload and variant, and others: who, and their variant if another. */
const ROWS = `
  append 1 event, 64 writers | postgres | 1 64 writers | emmett, castore, pgbench: 16 writers
  append 1 event, 1 writer | postgres | 1 1 writer | emmett, castore
  append 1 event, 64 writers | sqlite | 1 64 writers | act: 1 writer, raw-sqlite: transactions of 64
  append 1 event, 1 writer | sqlite | 1 1 writer | act, raw-sqlite
  append with \`any\` to 4 hot streams, 64 writers | postgres | 2 64 writers, 4 hot streams | emmett
  load an aggregate of 1,000 events | postgres | 4 a stream of 1000 events | emmett, castore
  load an aggregate of 1,000 events | sqlite | 4 a stream of 1000 events | act
  load, decide, append, 10 events, 16 clients | postgres | 3 aggregates of 10 events | emmett, castore
  load an aggregate from a log of 10 thousand | sqlite | 6 load 10,000 | raw-sqlite
  load an aggregate from a log of 1 million | sqlite | 6 load 1,000,000 | raw-sqlite
  \`POST /api/v1/users\`, 64 connections | postgres | 7 64 connections | empty
  \`POST /api/v1/users\`, 64 connections | sqlite | 7 64 connections | empty
  append, 3 processes of 64 writers | postgres | 8 3 processes | hindsight: 1 process
  catch up with the log, a projection in batches, events | postgres | 9 batches | driver-alone, hindsight: event by event
  catch up with the log, a projection in batches, events | sqlite | 9 batches | driver-alone, hindsight: event by event
  append 1 event with an inline projection, 64 writers | postgres | 11 64 writers inline | hindsight: 64 writers async, hindsight: 64 writers without a projection
  append 1 event with an inline projection, 64 writers | sqlite | 11 64 writers inline | hindsight: 64 writers async, hindsight: 64 writers without a projection
  append 1 event to a log of one’s own, 64 writers | postgres | 13 64 writers | remote
  append 1 event to a log of one’s own, 64 writers | sqlite | 13 64 writers | remote
  load an aggregate of 100,000 events with a snapshot | postgres | 10 100,000 events with a snapshot | hindsight: 100,000 events replayed
  load an aggregate of 100,000 events with a snapshot | sqlite | 10 100,000 events with a snapshot | hindsight: 100,000 events replayed
`;

/** Puts the figures of a complete run into the README, and what was required and missed. */
export async function writeReadme(report) {
  const readme = await readFile(README, 'utf8');
  await writeFile(README, readme.replace(FIGURES, `\n${figuresOf(report)}\n\n`));
}

export function figuresOf({ measurements, verdicts, machine }) {
  const { processor, cores, memoryGiB, node, postgres } = machine;
  return [
    `\`npm run bench\` on ${cores} cores (${processor}, ${memoryGiB} GiB), Node ${node}, PostgreSQL ${postgres.version}; medians a second:`,
    '',
    ...markdownTable([['what', 'on', 'Hindsight', 'others'], ...rowsOf(measurements)]),
    '',
    sentenceOn(verdicts),
  ].join('\n');
}

function rowsOf(measurements) {
  const lines = ROWS.trim().split('\n');
  return lines.map((line) => {
    const [what, database, place, others] = line.split('|').map((cell) => cell.trim());
    const [, workload, variant] = /^(\d+) (.+)$/.exec(place);
    const key = { workload, database, variant };
    const all = others.split(', ').map((each) => {
      const [contender, own = variant] = each.split(': ');
      const title = [contenderTitle(contender), ...(own === variant ? [] : [`(${own})`])].join(' ');
      return `${title} ${median(measurements, { ...key, variant: own, contender })}`;
    });
    const hindsight = median(measurements, { ...key, contender: 'hindsight' });
    return [what, DATABASE_TITLES[database], hindsight, all.join(', ')];
  });
}

function median(measurements, key) {
  const { value, rejections = 0 } = measurements.summary(key) ?? {};
  const rejected = key.workload === '2' ? `, ${figure(rejections)} rejected` : '';
  return `${figure(value?.median)}${rejected}`;
}

function sentenceOn(verdicts) {
  const judged = verdicts.filter(({ atLeast, atMost }) => (atLeast ?? atMost) !== undefined);
  const missed = judged.filter(({ verdict }) => verdict !== 'met');
  const figures = missed.map(
    ({ what, database, measured, ...bounds }) =>
      `${what} on ${DATABASE_TITLES[database]} (${figure(measured)} instead of ${required(bounds)})`,
  );
  const met = `Of the ${judged.length} figures that Hindsight asks of itself, ${judged.length - missed.length} were met`;
  return missed.length === 0 ? `${met}.` : `${met}. Missed: ${figures.join('; ')}.`;
}

/** Padded as Prettier does it. */
function markdownTable(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head), rule, ...body.map(line)];
}
