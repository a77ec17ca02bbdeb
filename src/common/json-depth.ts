/** Far above what anyone means to send, and far below where a function that calls itself for each level overflows. */
export const MAX_JSON_DEPTH = 100;

const [QUOTE, BACKSLASH, ...BRACKETS] = Buffer.from('"\\[{]}');
const [OPEN_LIST, OPEN_OBJECT, CLOSE_LIST, CLOSE_OBJECT] = BRACKETS;

/** Whether a JSON text, in UTF-8, has lists and objects more levels deep in each other than may be. */
export function isTooDeep(json: Uint8Array, maxDepth = MAX_JSON_DEPTH): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index++) {
    const byte = json[index];
    if (isInString && byte === BACKSLASH) index++;
    else if (byte === QUOTE) isInString = !isInString;
    else if (isInString) continue;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    if (depth > maxDepth) return true;
  }
  return false;
}
