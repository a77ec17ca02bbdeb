import { ApiExtension } from '@nestjs/swagger';

export interface DocumentedProblem {
  readonly status: number;
  readonly code: string;
  readonly description: string;
}

/** How the members of an operation begin that hold its problems, until `describeProblems` makes responses of them. */
export const PROBLEM_EXTENSION = 'x-problem-';

/**
 * Documents a problem that an operation, or every operation of a controller, may answer with. Repeat it for several,
 * of the same status too.
 */
export function ApiProblem(
  status: number,
  code: string,
  description: string,
): MethodDecorator & ClassDecorator {
  const problem: DocumentedProblem = { status, code, description };
  return ApiExtension(`${PROBLEM_EXTENSION}${status}-${code}`, problem);
}
