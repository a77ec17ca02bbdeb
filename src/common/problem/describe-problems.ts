import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { type DocumentedProblem, PROBLEM_EXTENSION } from './api-problem.decorator.js';
import { PROBLEM_MEDIA_TYPE, toProblemDetails } from './problem-details.js';
import { ProblemDetailsDto } from './problem-details.dto.js';

interface Operation {
  readonly responses: Record<string, unknown>;
  [member: string]: unknown;
}

/**
 * Makes responses of what `@ApiProblem` documents. It is done in the finished document, since a response that a
 * decorator adds keeps the Swagger plugin from adding the one it derives from the return type.
 */
export function describeProblems(document: OpenAPIObject): OpenAPIObject {
  for (const operations of Object.values(document.paths)) {
    for (const operation of Object.values(operations) as readonly Operation[]) {
      const problems = takeProblems(operation);
      for (const status of new Set(problems.map((problem) => problem.status))) {
        operation.responses[status] = responseOf(problems.filter((one) => one.status === status));
      }
    }
  }
  return document;
}

function takeProblems(operation: Operation): readonly DocumentedProblem[] {
  return Object.keys(operation)
    .filter((name) => name.startsWith(PROBLEM_EXTENSION))
    .map((name) => {
      const problem = operation[name] as DocumentedProblem;
      delete operation[name];
      return problem;
    });
}

function responseOf(problems: readonly DocumentedProblem[]): unknown {
  const examples = problems.map((problem) => [problem.code, { value: exampleOf(problem) }]);
  return {
    description: problems
      .map(({ code, description }) => `\`${code}\`: ${description}`)
      .join('\n\n'),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: getSchemaPath(ProblemDetailsDto) },
        examples: Object.fromEntries(examples) as object,
      },
    },
  };
}

function exampleOf({ status, code, description }: DocumentedProblem): unknown {
  const correlationId = '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c';
  return toProblemDetails({ status, code, detail: description }, { url: '/', correlationId });
}
