import { AppConfig } from '../../src/config/app-config.js';
import { ConfigurationError } from '../../src/event-sourcing/index.js';

/** What is wrong with the settings of an environment. */
export function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    AppConfig.fromEnvironment(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}
