/** Classes as the rows of `it.each`, by their names. */
export function named<T extends { readonly name: string }>(
  ...classes: readonly T[]
): [string, T][] {
  return classes.map((each) => [each.name, each]);
}
