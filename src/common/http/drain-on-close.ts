import type { FastifyInstance } from 'fastify';

/**
 * Makes closing the server wait for the requests in flight and for nothing else. Left alone, it would also wait for
 * clients that keep a connection open after their response, and for ever for one that never finishes its request.
 */
export function drainOnClose(fastify: FastifyInstance, timeoutMs: number): void {
  let isClosing = false;

  fastify.addHook('preClose', (done) => {
    isClosing = true;
    const cutOff = setTimeout(() => fastify.server.closeAllConnections(), timeoutMs).unref();
    fastify.server.once('close', () => clearTimeout(cutOff));
    done();
  });

  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('Connection', 'close');
    done(null, payload);
  });

  // For a response whose head went out before the server began to close, such as a stream of events.
  fastify.addHook('onResponse', (_request, _reply, done) => {
    if (isClosing) setImmediate(() => fastify.server.closeIdleConnections());
    done();
  });
}
