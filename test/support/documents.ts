import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** The lines for a shell that a document has under a name: `<!-- run: name -->`. */
export function linesOf(document: string, name: string): string {
  const block = new RegExp(`<!-- run: ${name} -->\\n+\`\`\`sh\\n([\\s\\S]*?)\`\`\``);
  const [, lines] = block.exec(readFileSync(join(ROOT, document), 'utf8')) ?? [];
  if (lines === undefined) throw new Error(`${document} has no lines "${name}".`);
  return lines;
}

/** `describe` for what runs a program that may be missing: skipped then, but not in CI, which installs it. */
export function describeWith(program: string): typeof describe.skip {
  const isMissing = spawnSync(program, ['--version']).error !== undefined;
  if (!isMissing || process.env.CI === 'true') return describe;
  process.stdout.write(`The lines of some documents are not run: there is no ${program} here.\n`);
  return describe.skip;
}
