import { Module } from '@nestjs/common';
import { SchemaIntakeCheck } from './schema.intake-check.js';
import { SchemaRegistry } from './schema-registry.js';
import { SchemaView } from './schema-view.js';
import { SchemasController } from './schemas.controller.js';

/** JSON Schemas of what others append, kept in the log itself. */
@Module({
  controllers: [SchemasController],
  providers: [SchemaView, SchemaRegistry, SchemaIntakeCheck],
})
export class SchemasModule {}
