import { RE2JS } from 're2js';

/** Of the program that a pattern is compiled to: looking for it takes time in proportion to it and to the text. */
const MAX_PROGRAM_SIZE = 1_000;

/** A pattern that takes linear time, whatever text it is looked for in, as the patterns of JavaScript do not. */
export interface LinearPattern {
  test(text: string): boolean;
  /** Ajv takes patterns for the same of which this is the same. */
  toString(): string;
}

/**
 * Compiles what is a pattern in ECMAScript and in RE2: no look-around and no back-references.
 * @throws Error that says what is wrong.
 */
export function linearPattern(pattern: string): LinearPattern {
  // RE2 knows more than ECMAScript does; other programs are to understand the schema, too.
  new RegExp(pattern, 'u');
  const compiled = RE2JS.compile(pattern);
  if (compiled.programSize() > MAX_PROGRAM_SIZE) throw new Error('the pattern is too large');
  return { test: (text) => compiled.test(text), toString: () => pattern };
}
