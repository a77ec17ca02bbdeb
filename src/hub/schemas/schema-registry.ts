import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  ConcurrencyError,
  currentContext,
  currentStoredPosition,
  EventStore,
  IdGenerator,
  type JsonValue,
} from '../../event-sourcing/index.js';
import { incompatibilities } from './compatibility/compatibility.js';
import { CompiledSchema } from './compiled-schema.js';
import type { SchemaObject } from './json-schema.js';
import { plainSchema } from './plain-schema.js';
import {
  RegisteredSchemas,
  SCHEMA_REGISTERED,
  SCHEMA_RULES_SET,
  type SchemaRules,
  schemaStreamOf,
} from './registered-schemas.js';
import { incompatibleSchema, invalidSchema, schemaExists } from './schema.problems.js';
import { SchemaView } from './schema-view.js';

const MAX_CHARACTERS = 64 * 1024;
/** Somebody else registers for the same type at the same time. */
const MOST_TRIES = 10;

/** Registers schemas, as events of the log: decided on the stream of the type, so that two processes never disagree. */
@Injectable()
export class SchemaRegistry {
  constructor(
    private readonly store: EventStore,
    private readonly ids: IdGenerator,
    private readonly view: SchemaView,
  ) {}

  /**
   * Registers the schema of a version, for ever. When the promise resolves, this process holds appends to it.
   *
   * @param force registers it also where it breaks the mode of the type
   * @returns whether it is new; false where the same was registered before
   * @throws ProblemException
   */
  async register(
    type: string,
    version: number,
    schema: SchemaObject,
    force: boolean,
  ): Promise<boolean> {
    if (JSON.stringify(schema).length > MAX_CHARACTERS) {
      throw invalidSchema([{ pointer: '', message: `has more than ${MAX_CHARACTERS} characters` }]);
    }
    const plain = plainSchema(schema);
    new CompiledSchema(plain);
    return this.change(type, (schemas) => {
      const existing = schemas.find(version);
      if (existing) {
        if (isDeepStrictEqual(existing.schema, schema)) return undefined;
        throw schemaExists(type, version);
      }
      if (!force) assertCompatible(schemas, version, plain);
      return { type: SCHEMA_REGISTERED, data: { version, schema } };
    });
  }

  /** Sets what holds for the schemas of a type from now on. */
  async setRules(type: string, rules: SchemaRules): Promise<void> {
    await this.change(type, (schemas) =>
      schemas.revision > 0 && isDeepStrictEqual(schemas.rules, rules)
        ? undefined
        : { type: SCHEMA_RULES_SET, data: { ...rules } },
    );
  }

  private async change(
    type: string,
    decide: (
      schemas: RegisteredSchemas,
    ) => { readonly type: string; readonly data: JsonValue } | undefined,
  ): Promise<boolean> {
    const stream = schemaStreamOf(type);
    const { command: _, correlationId = this.ids.next(), ...context } = currentContext();
    const metadata = { ...context, correlationId };
    for (let tries = 1; ; tries += 1) {
      const schemas = new RegisteredSchemas(type);
      for await (const event of this.store.readStream(stream)) schemas.apply(event);
      const change = decide(schemas);
      if (!change) {
        // Where it is stored already is before the head.
        currentStoredPosition()?.note(await this.store.headPosition());
        await this.view.upToDate();
        return false;
      }
      const event = { id: this.ids.next(), version: 1, metadata, ...change };
      try {
        const { position } = await this.store.append(stream, schemas.revision, [event]);
        currentStoredPosition()?.note(position);
      } catch (error) {
        if (error instanceof ConcurrencyError && tries < MOST_TRIES) continue;
        throw error;
      }
      await this.view.upToDate();
      return true;
    }
  }
}

/** @throws ProblemException when the versions right before and behind it do not fit it as the mode of the type demands. */
function assertCompatible(schemas: RegisteredSchemas, version: number, plain: SchemaObject): void {
  const { compatibility: mode } = schemas.rules;
  if (mode === 'none') return;
  const { before, behind } = schemas.neighboursOf(version);
  const pairs = [
    {
      neighbour: before,
      found: before && incompatibilities(mode, plainSchema(before.schema), plain),
    },
    {
      neighbour: behind,
      found: behind && incompatibilities(mode, plain, plainSchema(behind.schema)),
    },
  ];
  for (const { neighbour, found = [] } of pairs) {
    if (neighbour && found.length > 0) throw incompatibleSchema(mode, neighbour.version, found);
  }
}
