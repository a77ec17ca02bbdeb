import type { SecurityRequestHook } from '@nestjs/common/internal';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { drainOnClose } from './drain-on-close.js';
import { answerParserError, answerRoutingError } from './early-answers.js';
import { acceptOnlyJson } from './json-body.js';
import { tellPositions } from './position-headers.js';
import { startRequestContext } from './start-request-context.js';

export interface HubHttpAdapterOptions {
  readonly bodyLimitBytes: number;
  /** How long a request may take to arrive, from its first byte to its last. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** How long a closing server waits for the requests in flight before it cuts them off. @default 10000 */
  readonly drainTimeoutMs?: number;
  /** Whose `X-Forwarded-For` is believed: addresses and networks. @default none */
  readonly trustedProxies?: readonly string[];
}

const REQUEST_TIMEOUT_MS = 30_000;
const DRAIN_TIMEOUT_MS = 10_000;
/** Room for the longest stream name, percent-encoded. */
const MAX_PATH_SEGMENT_LENGTH = 1_024;

/** Fastify as Hindsight runs it: JSON bodies only, a context for each request, problem details for each refusal. */
export class HubHttpAdapter extends FastifyAdapter {
  private secure?: SecurityRequestHook;

  constructor(options: HubHttpAdapterOptions) {
    const requestTimeout = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    super({
      bodyLimit: options.bodyLimitBytes,
      // Node derives the time for the headers from the one, Fastify sets the time for all with the other.
      http: { requestTimeout, connectionsCheckingInterval: Math.ceil(requestTimeout / 4) },
      requestTimeout,
      trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
      // What still arrives while the server closes is answered, and its connection closed.
      return503OnClosing: false,
      routerOptions: { maxParamLength: MAX_PATH_SEGMENT_LENGTH },
      clientErrorHandler: answerParserError,
      frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
        this.secure?.(request, reply.raw);
        answerRoutingError(error, request, reply);
      },
    });
    const fastify = this.getInstance();
    acceptOnlyJson(fastify);
    drainOnClose(fastify, options.drainTimeoutMs ?? DRAIN_TIMEOUT_MS);
    this.setOnRequestHook(startRequestContext);
    tellPositions(fastify);
  }

  /** The constructor has done it: the adapter's parsers would accept forms, which no route takes, from any web page. */
  override registerParserMiddleware(): void {}

  override registerSecurityHook(hook: SecurityRequestHook<FastifyRequest>): void {
    this.secure = hook;
    super.registerSecurityHook(hook);
  }
}
