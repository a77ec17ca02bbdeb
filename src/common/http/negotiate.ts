interface Range {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly weight: number;
}

/** A form in which an answer can be given: a media type, maybe with a parameter. */
export type MediaForm = `${string}/${string}`;

/**
 * The form that a client would rather have, by the weights of RFC 9110. A special form must be named: wildcards mean
 * the usual one. Of two that are wanted alike, the special one is given, since who names it can have no other reason.
 * Where nothing fits, it is the usual form and no 406: an answer in JSON can be read by every client there is.
 *
 * @param special without white space, in lower case, best first; for example `application/json;mode=binary`
 */
export function negotiate<Special extends MediaForm, Usual extends MediaForm>(
  accept: string | undefined,
  special: readonly Special[],
  usual: Usual,
): Special | Usual {
  const ranges = rangesIn(accept);
  let best: Special | Usual = usual;
  let weight = weightOfUsual(usual, ranges);
  for (const form of special) {
    const own = ranges.find((range) => names(range, form))?.weight ?? 0;
    if (own > 0 && (best === usual ? own >= weight : own > weight)) [best, weight] = [form, own];
  }
  return best;
}

function rangesIn(accept = ''): readonly Range[] {
  return accept
    .toLowerCase()
    .split(',')
    .map((range) => {
      const [name, ...parameters] = range.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return {
        name,
        parameters: parameters.filter((parameter) => !parameter.startsWith('q=')),
        weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0,
      };
    });
}

function names({ name, parameters }: Range, form: string): boolean {
  const [type, ...wanted] = form.split(';');
  return name === type && wanted.every((parameter) => parameters.includes(parameter));
}

/** Of the range that fits best, as it is the one that counts. */
function weightOfUsual(usual: string, ranges: readonly Range[]): number {
  const wildcards = [`${usual.split('/', 1)[0]}/*`, '*/*'];
  for (const name of [usual, ...wildcards]) {
    const range = ranges.find((each) => each.name === name && !each.parameters.some(isMode));
    if (range) return range.weight;
  }
  return 0;
}

/** It names another form of the same type. */
function isMode(parameter: string): boolean {
  return parameter.startsWith('mode=');
}
