const INDENT = '   ';
const GAP = '  ';

/** Lines of text with the columns aligned; `indent` stands before each. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  indent = INDENT,
): readonly string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column].length)),
  );
  return [headings, ...rows].map((row) =>
    (indent + row.map((cell, column) => cell.padEnd(widths[column])).join(GAP)).trimEnd(),
  );
}
