import type { RecordedEvent } from '../../event-sourcing/index.js';
import type { CompatibilityMode } from './compatibility/compatibility.js';
import type { SchemaObject } from './json-schema.js';

/** The category of the streams in which the log keeps schemas, `schema-<type>`; nobody else stores there. */
export const SCHEMA_CATEGORY = 'schema';
export const SCHEMA_REGISTERED = 'schema.registered';
export const SCHEMA_RULES_SET = 'schema.rules-set';

/** What holds for the schemas of a type. */
export interface SchemaRules {
  /** What a version owes to its neighbours. */
  readonly compatibility: CompatibilityMode;
  /** Whether events of a version without a schema are refused. */
  readonly required: boolean;
}

/**
 * The log is kept for ever, so that every reader meets the oldest events: by default it must be able to read them. Who
 * reads by an older schema than is written by is about to be replaced.
 */
export const DEFAULT_RULES: SchemaRules = { compatibility: 'backward', required: false };

export interface RegisteredSchema {
  readonly version: number;
  readonly schema: SchemaObject;
  readonly registeredAt: Date;
}

/** The schemas of one stored type, as the events of its stream say. */
export class RegisteredSchemas {
  rules = DEFAULT_RULES;
  /** Of its stream. */
  revision = 0;
  private readonly byVersion = new Map<number, RegisteredSchema>();

  constructor(readonly type: string) {}

  /** From the lowest to the highest. */
  get versions(): readonly number[] {
    return [...this.byVersion.keys()].sort((one, other) => one - other);
  }

  find(version: number): RegisteredSchema | undefined {
    return this.byVersion.get(version);
  }

  /** The registered versions right before and right behind a version. */
  neighboursOf(version: number): {
    readonly before?: RegisteredSchema;
    readonly behind?: RegisteredSchema;
  } {
    const [before] = this.versions.filter((each) => each < version).slice(-1);
    const [behind] = this.versions.filter((each) => each > version);
    return { before: this.byVersion.get(before), behind: this.byVersion.get(behind) };
  }

  apply({ type, data, revision, recordedAt }: RecordedEvent): void {
    this.revision = revision;
    if (type === SCHEMA_RULES_SET) this.rules = data as unknown as SchemaRules;
    if (type !== SCHEMA_REGISTERED) return;
    const { version, schema } = data as { readonly version: number; readonly schema: SchemaObject };
    this.byVersion.set(version, { version, schema, registeredAt: recordedAt });
  }
}

export function schemaStreamOf(type: string): string {
  return `${SCHEMA_CATEGORY}-${type}`;
}

export function typeOfSchemaStream(stream: string): string {
  return stream.slice(SCHEMA_CATEGORY.length + 1);
}
