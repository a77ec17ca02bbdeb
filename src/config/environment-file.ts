import { existsSync } from 'node:fs';

const FILE = '.env';

/** Takes what the environment leaves unset from `.env` in the working directory, if there is one. */
export function loadEnvironmentFile(): void {
  if (existsSync(FILE)) process.loadEnvFile(FILE);
}
