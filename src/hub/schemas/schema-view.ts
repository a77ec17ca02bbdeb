import { Injectable } from '@nestjs/common';
import { Clock, EventStore } from '../../event-sourcing/index.js';
import { CompiledSchema } from './compiled-schema.js';
import { plainSchema } from './plain-schema.js';
import { RegisteredSchemas, SCHEMA_CATEGORY, typeOfSchemaStream } from './registered-schemas.js';

/** For so long, what other processes have registered may not be held to here. */
const FRESH_FOR_MS = 1_000;
/** Each is a function. The one that was compiled first makes room. */
const MOST_COMPILED = 1_000;

/** The schemas of the log, as this process knows them: read from the log when somebody asks, and not more often than needed. */
@Injectable()
export class SchemaView {
  private readonly byType = new Map<string, RegisteredSchemas>();
  private readonly compiled = new Map<string, CompiledSchema>();
  private readUpTo = 0;
  private freshUntil = -Infinity;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  /** The types that have schemas or rules, in the order in which they got them. */
  get types(): readonly RegisteredSchemas[] {
    return [...this.byType.values()];
  }

  find(type: string): RegisteredSchemas | undefined {
    return this.byType.get(type);
  }

  /** The schema of a version in the form in which data is checked; undefined where there is none. */
  compiledOf(type: string, version: number): CompiledSchema | undefined {
    const registered = this.byType.get(type)?.find(version);
    if (registered === undefined) return undefined;
    const key = `${type} ${version}`;
    let compiled = this.compiled.get(key);
    if (compiled === undefined) {
      compiled = new CompiledSchema(plainSchema(registered.schema));
      const [first] = this.compiled.keys();
      if (this.compiled.size >= MOST_COMPILED) this.compiled.delete(first);
      this.compiled.set(key, compiled);
    }
    return compiled;
  }

  /** Has whatever any process registered a second ago. */
  async recent(): Promise<void> {
    if (this.clock.now().getTime() >= this.freshUntil) await this.upToDate();
  }

  /** Has whatever was registered before it was called. */
  upToDate(): Promise<void> {
    const reading = this.reading.catch(() => undefined).then(() => this.read());
    this.reading = reading;
    return reading;
  }

  private async read(): Promise<void> {
    const startedAt = this.clock.now().getTime();
    const head = await this.store.headPosition();
    const range = { after: this.readUpTo, upTo: head, categories: [SCHEMA_CATEGORY] };
    for await (const event of this.store.readLog(range)) {
      const type = typeOfSchemaStream(event.stream);
      const schemas = this.byType.get(type) ?? new RegisteredSchemas(type);
      this.byType.set(type, schemas);
      schemas.apply(event);
      this.readUpTo = event.position;
    }
    this.readUpTo = head;
    this.freshUntil = startedAt + FRESH_FOR_MS;
  }
}
