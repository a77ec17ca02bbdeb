const INDENT = '   ';
const GAP = '  ';

/** Lines of text with the columns aligned. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column].length)),
  );
  return [headings, ...rows].map((row) =>
    (INDENT + row.map((cell, column) => cell.padEnd(widths[column])).join(GAP)).trimEnd(),
  );
}
