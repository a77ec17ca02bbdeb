import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiHeader, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { BATCH, STRUCTURED } from '../common/cloud-events/index.js';
import { ApiPosition } from '../common/http/api-position.decorator.js';
import { ETAG } from '../common/http/response-headers.js';
import { TakesBodies } from '../common/http/takes-bodies.decorator.js';
import { ApiBodyProblems } from '../common/problem/api-body-problems.decorator.js';
import { ApiProblem } from '../common/problem/api-problem.decorator.js';
import { CloudEventDto } from './cloud-event.dto.js';
import { LoggedEventDto } from './logged-event.dto.js';
import { LogPageDto } from './reading/log-page.dto.js';
import { BINARY } from './reading/event-answer.js';
import { EventDetailsDto } from './reading/event-details.dto.js';
import { NDJSON } from './reading/ndjson.js';
import { StreamPageDto } from './reading/stream-page.dto.js';

/** Says with a page of the log what its `nextAfter` says, which a page of lines has no place for. */
export const NEXT_AFTER_HEADER = 'Hub-Next-After';
/** Says with a page of a stream what its `nextCursor` says, which a batch has no place for. */
export const NEXT_CURSOR_HEADER = 'Hub-Next-Cursor';

const CLOUD_EVENT = { $ref: getSchemaPath(CloudEventDto) };
const CLOUD_EVENTS = { type: 'array', items: CLOUD_EVENT } as const;

/** Documents what every operation on the log may answer, and that it tells its position. */
export function ApiHub(): ClassDecorator {
  return applyDecorators(ApiPosition(), ApiHubProblems());
}

/** Documents what may be wrong with every operation on the log. */
export function ApiHubProblems(): ClassDecorator {
  return applyDecorators(
    ApiProblem(400, 'validation-failed', 'A field or parameter is missing, unknown or malformed.'),
    ApiProblem(503, 'store-unavailable', 'The database cannot be reached. Send the request again.'),
    ApiProblem(414, 'url-too-long', 'A segment of the path is longer than this server accepts.'),
  );
}

/** Documents what may be wrong with events that are to be appended. */
export function ApiAppends(): MethodDecorator {
  return applyDecorators(
    ApiBodyProblems(),
    ApiProblem(400, 'invalid-event', 'A name, id, version or text of the metadata cannot be one.'),
    ApiProblem(400, 'metadata-reserved', 'The metadata has an actor or a command.'),
    ApiProblem(403, 'category-reserved', 'The stream or the type belongs to a service or a saga.'),
    ApiProblem(403, 'foreign-origin', 'The request comes from a page of another site.'),
    ApiProblem(409, 'duplicate-event', 'An id is in the log, at another place.'),
    ApiProblem(409, 'event-refused', 'An inline projection fails at an event.'),
    ApiProblem(413, 'too-many-events', 'The request has more events than one may have.'),
    ApiProblem(422, 'schema-violation', 'Data does not fit the schema of its type and version.'),
    ApiProblem(422, 'unreadable-event', 'The type is declared here, and the event is not like it.'),
    ApiProblem(503, 'store-overloaded', 'Too many appends are waiting. Send the request later.'),
  );
}

/** Documents the headers that make an append to one stream depend on where the stream is. */
export function ApiStreamCondition(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description:
        'The ETag of the stream: it must be at this revision, or for * exist; otherwise 412.',
      schema: { type: 'string', example: '"1"' },
    }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'With *, the stream must be new; otherwise 412.',
      schema: { type: 'string', example: '*' },
    }),
    ApiProblem(400, 'invalid-if-match', 'If-Match is neither an ETag nor *.'),
    ApiProblem(400, 'invalid-if-none-match', 'If-None-Match is not *, or stands beside If-Match.'),
    ApiProblem(412, 'concurrency-conflict', 'The stream is not as the condition demands.'),
  );
}

/** Documents that an append takes CloudEvents, too. */
export function TakesCloudEvents(): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(CloudEventDto),
    TakesBodies({ [STRUCTURED]: CLOUD_EVENT, [BATCH]: CLOUD_EVENTS }),
  );
}

/** Documents a page of the log, in each of its forms. */
export function ApiLogPage(): MethodDecorator {
  return applyDecorators(
    ApiAccept(`${NDJSON} for a line of JSON for each event, ${BATCH} for CloudEvents.`, NDJSON),
    ApiExtraModels(LogPageDto, LoggedEventDto, CloudEventDto),
    ApiOkResponse({
      description: 'A page of the log; of lines, each is an event.',
      headers: {
        [NEXT_AFTER_HEADER]: {
          description: 'The `after` of the next page.',
          schema: { type: 'integer', example: 42 },
        },
      },
      content: {
        'application/json': { schema: { $ref: getSchemaPath(LogPageDto) } },
        [NDJSON]: { schema: { $ref: getSchemaPath(LoggedEventDto) } },
        [BATCH]: { schema: CLOUD_EVENTS },
      },
    }),
  );
}

/** Documents a page of a stream, in each of its forms. */
export function ApiStreamPage(): MethodDecorator {
  return applyDecorators(
    ApiAccept(
      `${BATCH} for CloudEvents; what asks for the next page is then in ${NEXT_CURSOR_HEADER}.`,
      BATCH,
    ),
    ApiExtraModels(StreamPageDto, CloudEventDto),
    ApiOkResponse({
      description: 'A page of the stream.',
      headers: ETAG,
      content: {
        'application/json': { schema: { $ref: getSchemaPath(StreamPageDto) } },
        [BATCH]: { schema: CLOUD_EVENTS },
      },
    }),
  );
}

/** Documents one event, in each of its forms. */
export function ApiEvent(): MethodDecorator {
  return applyDecorators(
    ApiAccept(
      `${NDJSON} for the event alone; ${STRUCTURED} for it as a CloudEvent; ${BINARY} for its data, with attributes in ` +
        'headers.',
      STRUCTURED,
    ),
    ApiExtraModels(EventDetailsDto, LoggedEventDto, CloudEventDto),
    ApiOkResponse({
      description: 'The event.',
      content: {
        'application/json': { schema: { $ref: getSchemaPath(EventDetailsDto) } },
        [NDJSON]: { schema: { $ref: getSchemaPath(LoggedEventDto) } },
        [STRUCTURED]: { schema: CLOUD_EVENT },
      },
    }),
  );
}

function ApiAccept(description: string, example: string): MethodDecorator & ClassDecorator {
  const schema = { type: 'string', example } as const;
  return ApiHeader({ name: 'Accept', required: false, description, schema });
}
