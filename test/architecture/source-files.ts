import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');

/** A module that a file imports, or exports from. */
export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** The file it means, from the root of the project, for example `src/main.ts`; undefined for a package. */
  readonly file?: string;
}

/** A source file, with what it imports. */
export interface SourceFile {
  /** From the root of the project, for example `src/main.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export function sourceFile(path: string, text: string): SourceFile {
  // Also finds `export … from`, `import type` and `import('…')`.
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const imports = importedFiles.map(({ fileName }) => ({
    specifier: fileName,
    file: fileName.startsWith('.') ? resolve(path, fileName) : undefined,
  }));
  return { path, text, imports };
}

/** All TypeScript files below a folder of the project. */
export function sourceFilesIn(folder: string): SourceFile[] {
  return readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(PROJECT_ROOT, folder, name))
    .map((path) =>
      sourceFile(relative(PROJECT_ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')),
    );
}

function resolve(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}
