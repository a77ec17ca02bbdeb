import type { Answer } from './http-client.js';

export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly correlationId: string;
  readonly errors?: readonly { readonly field: string; readonly messages: readonly string[] }[];
}

/** Expects problem details with this status and code, and nothing of the inside of the program. */
export function expectProblem(answer: Answer<unknown>, status: number, code: string): ProblemBody {
  const problem = answer.body as ProblemBody;
  expect({ status: answer.status, code: problem?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(problem).toMatchObject({
    type: `/problems/${code}`,
    title: expect.any(String) as string,
    status,
    detail: expect.any(String) as string,
    correlationId: answer.headers.get('x-correlation-id'),
  });
  expect(JSON.stringify(problem)).not.toMatch(/\\n {4}at |node_modules|SELECT|INSERT/);
  return problem;
}
