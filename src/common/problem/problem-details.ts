import { STATUS_CODES } from 'node:http';
import type { FieldError } from '../../event-sourcing/index.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** What is the same for every occurrence, and what is not but is known where the problem is recognised. */
export interface Problem {
  readonly status: number;
  /** Stable, in kebab case: what programs tell problems apart by. */
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Further members of the body. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
  /** Further headers of the response. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The body of an RFC 9457 response. */
export interface ProblemDetails {
  /** `/problems/<code>`: an identifier, as the RFC wants it, and not necessarily a page. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The path of the request, without its query. */
  readonly instance: string;
  readonly code: string;
  readonly correlationId: string;
  readonly errors?: readonly FieldError[];
}

export function toProblemDetails(
  problem: Problem,
  request: { readonly url: string; readonly correlationId: string },
): ProblemDetails {
  const { status, code, detail, errors, extensions } = problem;
  return {
    type: `/problems/${code}`,
    title: titleOf(code),
    status,
    detail,
    instance: request.url.split('?', 1)[0],
    code,
    correlationId: request.correlationId,
    ...(errors && { errors }),
    ...extensions,
  };
}

/** 404 is `not-found`: the code of a refusal nobody gave a code of its own. */
export function codeOfStatus(status: number): string {
  const phrase = STATUS_CODES[status] ?? `http ${status}`;
  return phrase
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ').replace(/\b(json|url)\b/g, (name) => name.toUpperCase());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
