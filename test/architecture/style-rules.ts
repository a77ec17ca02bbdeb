import ts from 'typescript';
import type { SourceFile } from './source-files.js';

const MAX_LINES = 300;
const KEBAB = '[a-z0-9]+(-[a-z0-9]+)*';
/** `folder-name/file-name.role.ts` */
const PATH = new RegExp(`^(${KEBAB}/)*${KEBAB}(\\.${KEBAB})*\\.ts$`);

/** What is wrong with the form of these files, one line each. */
export function styleProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    [nameProblem(file), lengthProblem(file), exportProblem(file)]
      .filter((problem) => problem !== undefined)
      .map((problem) => `${file.path} ${problem}`),
  );
}

function nameProblem({ path }: SourceFile): string | undefined {
  return PATH.test(path) ? undefined : 'is not named in kebab-case';
}

function lengthProblem({ text }: SourceFile): string | undefined {
  const lines = text.trimEnd().split('\n').length;
  return lines > MAX_LINES ? `has ${lines} lines; split it before ${MAX_LINES}` : undefined;
}

function exportProblem({ path, text }: SourceFile): string | undefined {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const hasDefault = source.statements.some(
    (statement) =>
      ts.isExportAssignment(statement) ||
      (ts.canHaveModifiers(statement) &&
        ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) ||
      (ts.isExportDeclaration(statement) && exportsNameDefault(statement)),
  );
  return hasDefault ? 'has a default export' : undefined;
}

function exportsNameDefault({ exportClause }: ts.ExportDeclaration): boolean {
  return (
    exportClause !== undefined &&
    ts.isNamedExports(exportClause) &&
    exportClause.elements.some(({ name }) => name.text === 'default')
  );
}
