import type { OpenAPIObject } from '@nestjs/swagger';
import { type DocumentedProblem, PROBLEM_EXTENSION } from '../problem/api-problem.decorator.js';
import { type Need, NEED_EXTENSION } from './needs.decorator.js';
import { rightNeeded } from './right-needed.js';

interface Operation {
  security?: readonly Readonly<Record<string, readonly string[]>>[];
  [NEED_EXTENSION]?: Need;
  [member: string]: unknown;
}

/** Any of these proves who sends a request. */
const SCHEMES = {
  key: {
    type: 'http',
    scheme: 'bearer',
    description: 'A key, `hub_…`, as `hub keys create` prints it.',
  },
  keyHeader: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'The same key.' },
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'A token of the issuer that this server believes; its `scope` has the rights.',
  },
} as const;

const PROBLEMS: readonly DocumentedProblem[] = [
  {
    status: 401,
    code: 'unauthenticated',
    description: 'No key or token, or one that is not good.',
  },
  { status: 503, code: 'keys-unavailable', description: 'Nobody can say now if the key is good.' },
  {
    status: 503,
    code: 'token-keys-unavailable',
    description: 'The keys of the issuer of the token cannot be had.',
  },
];
const TOO_MANY: DocumentedProblem = {
  status: 429,
  code: 'too-many-requests',
  description: 'More requests than one may send in a minute. `Retry-After` says when to go on.',
};

/**
 * Describes in the finished document what each operation takes, where the server asks who sends a request, before
 * `describeProblems` makes responses of it.
 */
export function describeAccess(document: OpenAPIObject, asksForIdentity: boolean): OpenAPIObject {
  for (const item of Object.values(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      const need = operation[NEED_EXTENSION];
      delete operation[NEED_EXTENSION];
      if (asksForIdentity) describe(operation, need, method);
    }
  }
  if (asksForIdentity) {
    document.components = { ...document.components, securitySchemes: { ...SCHEMES } };
  }
  return document;
}

function describe(operation: Operation, need: Need | undefined, method: string): void {
  add(operation, TOO_MANY);
  if (need?.kind === 'nothing') {
    operation.security = [];
    return;
  }
  operation.security = Object.keys(SCHEMES).map((name) => ({ [name]: [] }));
  for (const problem of PROBLEMS) add(operation, problem);
  const description = `This takes ${rightsIn(need, method)}.`;
  add(operation, { status: 403, code: 'not-permitted', description });
}

function rightsIn(need: Need | undefined, method: string): string {
  if (need?.kind === 'stream') {
    const right = rightNeeded(need, method, { [need.parameter]: '<category>' });
    const andTypes = right?.startsWith('append:') ? ', and of the first word of each type' : '';
    return `the right \`${right}\` of the category of the stream${andTypes}`;
  }
  const right = need && rightNeeded(need, method, {});
  if (right !== undefined) return `the right \`${right}\``;
  return method === 'get' || (need?.kind === 'content' && need.verb === 'read')
    ? 'the right `read:<category>` of what is asked for'
    : 'the right `append:<category>` of each stream, and of the first word of each type';
}

function add(operation: Operation, problem: DocumentedProblem): void {
  operation[`${PROBLEM_EXTENSION}${problem.status}-${problem.code}`] = problem;
}
