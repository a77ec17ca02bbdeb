import { type FieldError, ValidationFailedError } from '../../event-sourcing/index.js';
import type { CloudEvent } from './cloud-event.js';

type Attributes = Omit<CloudEvent, 'data'>;

const REQUIRED = ['specversion', 'id', 'source', 'type'] as const;
const OPTIONAL = ['subject', 'time', 'datacontenttype', 'dataschema'] as const;
const NAMED: readonly string[] = [...REQUIRED, ...OPTIONAL];
const NAME = /^[a-z0-9]+$/;
const RFC_3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;
/** What RFC 3986 lets a reference be made of, and no more of its grammar. */
const URI_REFERENCE = /^([\w.~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})+$/i;

/**
 * Makes attributes of what an event came with. Those that are null are not set.
 * @param at how fields are called in errors, for example `3.` in a batch
 * @throws ValidationFailedError with everything that is missing or wrong.
 */
export function attributesOf(given: ReadonlyMap<string, unknown>, at = ''): Attributes {
  const errors: FieldError[] = [];
  const refuse = (name: string, message: string): void => {
    errors.push({ field: `${at}${name}`, messages: [`${at}${name} ${message}`] });
  };
  for (const name of REQUIRED) {
    if (!isNonEmptyText(given.get(name))) refuse(name, 'must be there, and be a text');
  }
  for (const name of OPTIONAL) {
    if (isSet(given.get(name)) && !isNonEmptyText(given.get(name))) refuse(name, 'must be a text');
  }
  const { specversion, source, time } = Object.fromEntries(given) as Record<string, string>;
  if (isNonEmptyText(specversion) && specversion !== '1.0') refuse('specversion', 'must be 1.0');
  if (isNonEmptyText(source) && !URI_REFERENCE.test(source)) {
    refuse(
      'source',
      'must be a URI-reference, for example /parcels or https://example.com/parcels',
    );
  }
  if (isNonEmptyText(time) && !RFC_3339.test(time)) {
    refuse('time', 'must be a time, for example 2018-04-05T17:31:00Z');
  }
  const extensions = [...given].filter(([name, value]) => !NAMED.includes(name) && isSet(value));
  for (const [name, value] of extensions) {
    if (!NAME.test(name)) refuse(name, 'must be named by lower case letters and digits only');
    else if (!isSimple(value)) refuse(name, 'must be a text, a whole number, true or false');
  }
  if (errors.length > 0) throw new ValidationFailedError('The CloudEvent', errors);
  return {
    ...(Object.fromEntries(
      [...given].filter(([name, value]) => NAMED.includes(name) && isSet(value)),
    ) as unknown as Attributes),
    extensions: Object.fromEntries(extensions) as Attributes['extensions'],
  };
}

/** Every attribute that is set, extensions among them, by its name. */
export function attributesIn({ data: _, extensions, ...named }: CloudEvent): Map<string, unknown> {
  const all = [...Object.entries(named), ...Object.entries(extensions)];
  return new Map(all.filter(([, value]) => isSet(value)));
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isNonEmptyText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isSimple(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
}
