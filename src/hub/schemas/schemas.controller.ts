import { Body, Controller, Get, Param, Put, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller } from '../../common/access/caller.decorator.js';
import type { Identity } from '../../common/access/identity.js';
import { NeedsRightsByContent } from '../../common/access/needs.decorator.js';
import { assertPermitted } from '../../common/access/not-permitted.js';
import { decodeCursor, encodeCursor } from '../../common/http/cursor.js';
import { PageDto } from '../../common/http/page.dto.js';
import type { ResponseHead } from '../../common/http/response-headers.js';
import { SameOriginGuard } from '../../common/http/same-origin.guard.js';
import { ApiProblem } from '../../common/problem/api-problem.decorator.js';
import { EventIntake, ValidationFailedError } from '../../event-sourcing/index.js';
import { firstWordOf } from '../appending/authorize-append.js';
import { ApiHub } from '../hub.openapi.js';
import { isObject } from './json-schema.js';
import { type RegisteredSchema } from './registered-schemas.js';
import {
  RegisterSchemaQuery,
  SchemaRulesDto,
  SchemaTypeDto,
  SchemaTypePageDto,
  SchemaTypeParams,
  schemaTypeOf,
  SchemaVersionDto,
  SchemaVersionParams,
  schemaVersionOf,
} from './schema.dto.js';
import { schemaNotFound } from './schema.problems.js';
import { SchemaRegistry } from './schema-registry.js';
import { SchemaView } from './schema-view.js';
import { ApiSchemaChange } from './schemas.openapi.js';

/** The schemas to which the data of events from outside is held, by stored type and version. */
@ApiTags('schemas')
@ApiHub()
@NeedsRightsByContent()
@UseGuards(SameOriginGuard)
@Controller('schemas')
export class SchemasController {
  constructor(
    private readonly registry: SchemaRegistry,
    private readonly view: SchemaView,
    private readonly intake: EventIntake,
  ) {}

  /** The types that have schemas. */
  @Get()
  @ApiOkResponse({ type: SchemaTypePageDto, description: 'A page of types.' })
  @ApiProblem(400, 'invalid-cursor', 'The cursor is not one of an earlier page.')
  async list(
    @Query() { limit, cursor }: PageDto,
    @Caller() caller?: Identity,
  ): Promise<SchemaTypePageDto> {
    const from = decodeCursor(cursor) ?? 0;
    await this.view.upToDate();
    const types = this.view.types.filter(
      ({ type }) => caller?.rights.has(`read:${firstWordOf(type)}`) ?? true,
    );
    return {
      items: types.slice(from, from + limit).map(schemaTypeOf),
      nextCursor: from + limit < types.length ? encodeCursor(from + limit) : null,
    };
  }

  /** A type: the versions that have a schema, and what holds for them. */
  @Get(':type')
  @ApiOkResponse({ type: SchemaTypeDto, description: 'The type.' })
  @ApiProblem(404, 'schema-not-found', 'The type has no schema.')
  async findType(
    @Param() { type }: SchemaTypeParams,
    @Caller() caller?: Identity,
  ): Promise<SchemaTypeDto> {
    assertPermitted(caller, `read:${firstWordOf(type)}`);
    return this.typeOf(type);
  }

  private async typeOf(type: string): Promise<SchemaTypeDto> {
    await this.view.upToDate();
    const schemas = this.view.find(type);
    if (!schemas) throw schemaNotFound(`"${type}"`);
    return schemaTypeOf(schemas);
  }

  /** Sets what holds for the schemas of a type from now on; what is registered stays. */
  @Put(':type')
  @ApiOkResponse({ type: SchemaTypeDto, description: 'The type, as it is now.' })
  @ApiSchemaChange()
  async setRules(
    @Param() { type }: SchemaTypeParams,
    @Body() { compatibility, required }: SchemaRulesDto,
    @Caller() caller?: Identity,
  ): Promise<SchemaTypeDto> {
    this.assertMayChange(type, caller);
    await this.registry.setRules(type, { compatibility, required });
    return this.typeOf(type);
  }

  /** The schema of a version. */
  @Get(':type/:version')
  @ApiOkResponse({ type: SchemaVersionDto, description: 'The schema.' })
  @ApiProblem(404, 'schema-not-found', 'The version has no schema.')
  async find(
    @Param() { type, version }: SchemaVersionParams,
    @Caller() caller?: Identity,
  ): Promise<SchemaVersionDto> {
    assertPermitted(caller, `read:${firstWordOf(type)}`);
    await this.view.upToDate();
    return schemaVersionOf(type, this.registered(type, version));
  }

  /** Registers the schema of a version, for ever: from then on, data of this type and version is held to it. */
  @Put(':type/:version')
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiCreatedResponse({ type: SchemaVersionDto, description: 'The schema is registered.' })
  @ApiOkResponse({ type: SchemaVersionDto, description: 'The same was registered before.' })
  @ApiSchemaChange()
  @ApiProblem(409, 'schema-exists', 'The version has another schema.')
  @ApiProblem(409, 'incompatible-schema', 'A neighbouring version does not fit it.')
  @ApiProblem(
    422,
    'invalid-schema',
    'It is no schema of draft 2020-12, or could keep the hub busy.',
  )
  async register(
    @Param() { type, version }: SchemaVersionParams,
    @Query() { force }: RegisterSchemaQuery,
    @Body() schema: unknown,
    @Res({ passthrough: true }) response: ResponseHead,
    @Caller() caller?: Identity,
  ): Promise<SchemaVersionDto> {
    this.assertMayChange(type, caller);
    if (!isObject(schema)) {
      const messages = ['the body must be a schema, an object'];
      throw new ValidationFailedError('The request', [{ field: 'the body', messages }]);
    }
    const isNew = await this.registry.register(type, version, schema, force);
    response.status(isNew ? 201 : 200);
    return schemaVersionOf(type, this.registered(type, version));
  }

  /** Where nobody is asked who they are, what belongs to an aggregate of this program is its own. */
  private assertMayChange(type: string, caller: Identity | undefined): void {
    assertPermitted(caller, `append:${firstWordOf(type)}`);
    if (!caller) this.intake.assertFree(type);
  }

  private registered(type: string, version: number): RegisteredSchema {
    const schema = this.view.find(type)?.find(version);
    if (schema) return schema;
    throw schemaNotFound(`version ${version} of "${type}"`);
  }
}
