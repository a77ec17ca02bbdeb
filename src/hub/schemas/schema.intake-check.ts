import { Injectable, type OnModuleInit } from '@nestjs/common';
import {
  categoryOf,
  EventIntake,
  EventStore,
  IntakeCheck,
  type NewEvent,
  ReservedCategoryError,
  type StreamAppend,
} from '../../event-sourcing/index.js';
import { SCHEMA_CATEGORY } from './registered-schemas.js';
import { schemaViolation, type Violation } from './schema.problems.js';
import { SchemaView } from './schema-view.js';

const MOST_VIOLATIONS = 50;

/** Holds events from outside to the schemas that are registered for their types, and keeps the schemas from being forged. */
@Injectable()
export class SchemaIntakeCheck extends IntakeCheck implements OnModuleInit {
  constructor(
    private readonly intake: EventIntake,
    private readonly store: EventStore,
    private readonly view: SchemaView,
  ) {
    super();
  }

  onModuleInit(): void {
    this.intake.demand(this);
  }

  /** @throws ProblemException `schema-violation`, ReservedCategoryError */
  async assertTakeable(appends: readonly StreamAppend[]): Promise<void> {
    for (const { stream, events } of appends) {
      for (const name of [stream, ...events.map(({ type }) => type)]) assertNotOfSchemas(name);
    }
    await this.view.recent();
    const violations: Violation[] = [];
    for (const { events } of appends) {
      for (const event of events) {
        violations.push(...this.violationsOf(event));
        if (violations.length >= MOST_VIOLATIONS) break;
      }
    }
    if (violations.length === 0) return;
    // It may be a repetition of what was stored before there was the schema: the log knows, and writes nothing then.
    if (await this.store.findEvent(violations[0].event)) return;
    throw schemaViolation(violations.slice(0, MOST_VIOLATIONS));
  }

  private violationsOf({ id, type, version, data }: NewEvent): readonly Violation[] {
    const schemas = this.view.find(type);
    if (schemas === undefined) return [];
    const schema = this.view.compiledOf(type, version);
    if (schema) return schema.findingsIn(data).map((finding) => ({ event: id, ...finding }));
    if (!schemas.rules.required) return [];
    const message = `is version ${version} of "${type}", which has no schema, and its type demands one`;
    return [{ event: id, pointer: '', message }];
  }
}

function assertNotOfSchemas(streamOrType: string): void {
  if (categoryOf(streamOrType.replace('.', '-')) !== SCHEMA_CATEGORY) return;
  throw new ReservedCategoryError(streamOrType, SCHEMA_CATEGORY, 'the schemas of the hub');
}
