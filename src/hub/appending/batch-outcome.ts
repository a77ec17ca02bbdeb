import { Logger } from '@nestjs/common';
import { problemOf } from '../../common/problem/problem-of.js';
import { toProblemDetails } from '../../common/problem/problem-details.js';
import { type AppendResult, currentContext } from '../../event-sourcing/index.js';
import { appendResultOf, type BatchOutcomeDto } from './append-result.dto.js';
import { tellingConflicts } from './conflict.js';

const logger = new Logger('Batch');

/** What became of one batch among several: no failure of it is one of its neighbours. */
export async function outcomeOf(
  url: string,
  append: Promise<AppendResult>,
): Promise<BatchOutcomeDto> {
  try {
    return { result: appendResultOf(await tellingConflicts(409, append)) };
  } catch (error) {
    const problem = problemOf(error, { method: 'POST', url, isConditional: false });
    if (problem.status === 500) logger.error(error);
    const { correlationId = '' } = currentContext();
    return { problem: toProblemDetails(problem, { url, correlationId }) };
  }
}
