import { HttpException } from '@nestjs/common';
import type { Problem } from './problem-details.js';

/** For the HTTP layer's own refusals. Domain code throws a `DomainError` and knows no HTTP. */
export class ProblemException extends HttpException {
  constructor(readonly problem: Problem) {
    super(problem.detail, problem.status);
  }
}
