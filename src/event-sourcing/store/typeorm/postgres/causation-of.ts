/**
 * SQL for the causation id in metadata that is given as JSON text. PostgreSQL refuses to look into JSON that escapes what
 * none of its texts can hold, a null character or half of a surrogate pair. Such escapes are taken out first: no causation
 * id has one, see `assertAppendable`. An escaped backslash stays, lest what follows it is taken for an escape.
 */
export function causationOf(metadata: string): string {
  return String.raw`(CASE WHEN strpos(${metadata}, '\u') = 0 THEN ${metadata}
    ELSE regexp_replace(${metadata}, '(\\\\)|\\u[0-9a-fA-F]{4}', '\1', 'g') END::json ->> 'causationId')`;
}
