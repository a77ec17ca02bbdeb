/**
 * A text as the value of a header: percent-encoded where it is a space, `"`, `%` or no printable ASCII. Halves of
 * surrogate pairs, which UTF-8 cannot tell, become U+FFFD.
 */
export function headerValueOf(text: string): string {
  return text.replace(/[^\x21\x23\x24\x26-\x7e]+/g, (characters) =>
    encodeURIComponent(characters.replace(/\p{Cs}/gu, '\ufffd')),
  );
}

/** The text that a header carries: percent-encoded or, as older publishers have it, in quotes. Undefined if it is no UTF-8. */
export function textOfHeader(value: string): string | undefined {
  const trimmed = value.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(trimmed)?.[1];
  const text = quoted === undefined ? trimmed : quoted.replace(/\\(.)/gs, '$1');
  try {
    return text.replace(/(%[0-9a-f]{2})+/gi, (bytes) => decodeURIComponent(bytes));
  } catch {
    return undefined;
  }
}
