import type { LoggerService } from '@nestjs/common';

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
