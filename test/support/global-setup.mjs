import { startPostgres } from './postgres-server.mjs';

/** One PostgreSQL for the whole run; each test file creates databases of its own in it. */
export default async function globalSetup() {
  const server = await startPostgres();
  process.env.TEST_POSTGRES_URL = server.url;
  globalThis.stopTestPostgres = () => server.stop();
}
