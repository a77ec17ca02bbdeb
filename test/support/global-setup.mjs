import { rmSync } from 'node:fs';
import { makeMemoryFolder } from './memory-folder.mjs';
import { startPostgres } from './postgres-server.mjs';

/** One PostgreSQL for the whole run; each test file creates databases of its own in it. */
export default async function globalSetup() {
  const memory = makeMemoryFolder();
  // Hundreds of databases are made and dropped, which on a disk takes a fifth of the processor time of the run.
  if (memory) process.env.TMPDIR = memory;
  const server = await startPostgres();
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.endTestRun = async () => {
    await server.stop();
    if (memory) rmSync(memory, { recursive: true, force: true });
  };
}
