import { jest } from '@jest/globals';
import { Logger, type LoggerService } from '@nestjs/common';

/** Keeps what is logged instead of printing it. */
export class CapturedLogs implements LoggerService {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];

  log(): void {}

  error(message: unknown): void {
    this.errors.push(String(message));
  }

  warn(message: unknown): void {
    this.warnings.push(String(message));
  }
}

/** What is logged from now on, until `jest.restoreAllMocks()`, by what was put together without Nest. */
export function captureLogs(): CapturedLogs {
  const logs = new CapturedLogs();
  for (const level of ['error', 'warn'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((message) => logs[level](message));
  }
  return logs;
}
