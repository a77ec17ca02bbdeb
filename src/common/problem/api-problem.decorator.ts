import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { PROBLEM_MEDIA_TYPE, toProblemDetails } from './problem-details.js';
import { ProblemDetailsDto } from './problem-details.dto.js';

interface DocumentedProblem {
  readonly status: number;
  readonly code: string;
  readonly description: string;
}

const PROBLEMS = Symbol('problems');

/**
 * Documents a problem that an operation, or every operation of a controller, may answer with. Repeat it for several,
 * of the same status too.
 */
export function ApiProblem(
  status: number,
  code: string,
  description: string,
): MethodDecorator & ClassDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const documented = (descriptor?.value ?? target) as object;
    const earlier = (Reflect.getOwnMetadata(PROBLEMS, documented) ?? []) as DocumentedProblem[];
    // Decorators run from the last to the first.
    const problems = [{ status, code, description }, ...earlier];
    Reflect.defineMetadata(PROBLEMS, problems, documented);
    const decorators = [
      ApiExtraModels(ProblemDetailsDto),
      problemResponse(
        status,
        problems.filter((problem) => problem.status === status),
      ),
    ];
    for (const decorate of decorators) {
      if (key !== undefined && descriptor !== undefined) decorate(target, key, descriptor);
      else (decorate as ClassDecorator)(target as new () => unknown);
    }
  };
}

function problemResponse(
  status: number,
  problems: readonly DocumentedProblem[],
): MethodDecorator & ClassDecorator {
  return ApiResponse({
    status,
    description: problems
      .map(({ code, description }) => `\`${code}\`: ${description}`)
      .join('\n\n'),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: getSchemaPath(ProblemDetailsDto) },
        examples: Object.fromEntries(
          problems.map((problem) => [problem.code, { value: exampleOf(problem) }]),
        ),
      },
    },
  });
}

function exampleOf({ status, code, description }: DocumentedProblem): unknown {
  const correlationId = '0190b3c4-6b1c-7c3e-8f2a-5d9e1f7a2b3c';
  return toProblemDetails({ status, code, detail: description }, { url: '/', correlationId });
}
