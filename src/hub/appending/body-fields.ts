import { type FieldError, ValidationFailedError } from '../../event-sourcing/index.js';

/** More would tell nobody anything, and a hostile request could ask for millions. */
const MAX_FIELDS_REPORTED = 50;

type Properties = Readonly<Record<string, unknown>>;

/** Takes a body apart and, instead of stopping at the first field that is wrong, collects them. */
export class BodyFields {
  private readonly errors: FieldError[] = [];

  /** The properties of an object, none of which is unknown. */
  object(value: unknown, field: string, known?: readonly string[]): Properties {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.refuse(field, `${field} must be an object`);
      return {};
    }
    for (const name of Object.keys(value)) {
      if (known?.includes(name) ?? true) continue;
      this.refuse(name, `property ${name} should not exist in ${field}`);
    }
    return value as Properties;
  }

  list(value: unknown, field: string): readonly unknown[] {
    if (Array.isArray(value)) return value as readonly unknown[];
    this.refuse(field, `${field} must be a list`);
    return [];
  }

  text(value: unknown, field: string): string {
    if (typeof value !== 'string') this.refuse(field, `${field} must be a text`);
    return value as string;
  }

  refuse(field: string, message: string): void {
    if (this.errors.length < MAX_FIELDS_REPORTED) this.errors.push({ field, messages: [message] });
  }

  /** @throws ValidationFailedError with every field that is wrong. */
  assertValid(): void {
    if (this.errors.length > 0) throw new ValidationFailedError('The request', this.errors);
  }
}
