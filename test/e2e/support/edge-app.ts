import 'reflect-metadata';
import { PassThrough } from 'node:stream';
import {
  Body,
  ConflictException,
  Controller,
  Get,
  HttpException,
  type LoggerService,
  Module,
  NotFoundException,
  Param,
  Post,
  Put,
  Query,
  StreamableFile,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Type } from 'class-transformer';
import { IsEmail, IsInt, IsOptional, IsString, MinLength, ValidateNested } from 'class-validator';
import { configureApp } from '../../../src/app.setup.js';
import {
  HubHttpAdapter,
  type HubHttpAdapterOptions,
} from '../../../src/common/http/hub-http.adapter.js';
import { ApiProblem } from '../../../src/common/problem/api-problem.decorator.js';
import {
  ConcurrencyError,
  currentContext,
  DomainError,
  type MessageContext,
  StoreFailureError,
  StoreUnavailableError,
} from '../../../src/event-sourcing/index.js';

class AddressDto {
  @IsString()
  @MinLength(1)
  readonly city: string;
}

class EchoDto {
  @IsString()
  readonly name: string;

  @IsEmail()
  readonly email: string;

  @IsOptional()
  @ValidateNested()
  @Type(() => AddressDto)
  readonly address?: AddressDto;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => AddressDto)
  readonly addresses?: readonly AddressDto[];
}

class PageDto {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  readonly limit?: number;
}

class LimitExceededError extends DomainError {
  readonly code = 'limit-exceeded';
}

export const SECRET = 'the password is swordfish';

const FAILURES: Readonly<Record<string, () => Error>> = {
  domain: () => new LimitExceededError('The limit of 10 is exceeded.'),
  concurrency: () => new ConcurrencyError('user-1', 3, 4),
  unavailable: () => new StoreUnavailableError(SECRET),
  failure: () => new StoreFailureError(SECRET),
  unexpected: () => new TypeError(SECRET),
  connection: () => Object.assign(new Error(SECRET), { code: 'ECONNRESET' }),
  'not-found': () => new NotFoundException('There is no such order.'),
  conflict: () => new ConflictException(),
  coded: () => new HttpException('Too many.', 429, { errorCode: 'slow-down' }),
};

@ApiProblem(400, 'malformed-url', 'The path is not encoded correctly.')
@Controller('edge')
class EdgeController {
  @Post('echo')
  @ApiProblem(400, 'validation-failed', 'The body is not valid.')
  @ApiProblem(400, 'malformed-json', 'The body is no JSON.')
  echo(@Body() body: EchoDto): unknown {
    return { isEchoDto: body instanceof EchoDto, body };
  }

  @Get('page')
  page(@Query() query: PageDto): PageDto {
    return query;
  }

  @Get('fail/:kind')
  fail(@Param('kind') kind: string): never {
    throw FAILURES[kind]();
  }

  @Put('fail/:kind')
  async failLater(@Param('kind') kind: string): Promise<never> {
    await new Promise(setImmediate);
    throw FAILURES[kind]();
  }

  @Get('context')
  contextOfGet(): MessageContext {
    return currentContext();
  }

  @Post('context')
  async contextOfPost(@Body() body: EchoDto): Promise<unknown> {
    await new Promise(setImmediate);
    return { name: body.name, context: currentContext() };
  }

  @Get('items/:id')
  item(@Param('id') id: string): { id: string } {
    return { id };
  }
}

/** What `GET /edge/stream` answers with, as it is written. */
export class EdgeStream extends PassThrough {}

@Controller('edge/stream')
class EdgeStreamController {
  constructor(private readonly stream: EdgeStream) {}

  @Get()
  read(): StreamableFile {
    return new StreamableFile(this.stream);
  }
}

@Module({
  controllers: [EdgeController, EdgeStreamController],
  providers: [{ provide: EdgeStream, useFactory: () => new EdgeStream() }],
})
class EdgeModule {}

export interface EdgeApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly port: number;
  /** What was logged as an error or warning, printed. */
  readonly problemsLogged: readonly unknown[][];
  close(): Promise<void>;
}

export async function startEdgeApp(options: Partial<HubHttpAdapterOptions> = {}): Promise<EdgeApp> {
  const problemsLogged: unknown[][] = [];
  const ignore = (): void => undefined;
  const record = (...entry: unknown[]): void => void problemsLogged.push(entry);
  const logger: LoggerService = { log: ignore, error: record, warn: record };

  const module = await Test.createTestingModule({ imports: [EdgeModule] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    new HubHttpAdapter({ bodyLimitBytes: 10_000, ...options }),
    { logger },
  );
  await configureApp(app).listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, url, port: Number(new URL(url).port), problemsLogged, close: () => app.close() };
}
