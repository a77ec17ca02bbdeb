import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

const ANY_JSON = 'anyJson';
/** Far below where a function that calls itself for each level overflows. */
const MAX_DEPTH = 1_000;

/**
 * Has an operation take whatever is JSON: nested deeper than elsewhere, and with the key `__proto__`. What it does with the
 * body must be safe for both: copy nothing by its keys, and read nothing level by level that needs much of the stack.
 */
export function TakesAnyJson(): MethodDecorator {
  return RouteConfig({ [ANY_JSON]: true });
}

/** How deep the body of a request may be nested; undefined where that is as usual. */
export function depthOfAnyJson({ routeOptions }: FastifyRequest): number | undefined {
  const { [ANY_JSON]: isTaken } = routeOptions.config as { readonly anyJson?: boolean };
  return isTaken ? MAX_DEPTH : undefined;
}
