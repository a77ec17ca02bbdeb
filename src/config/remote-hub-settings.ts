import type { SettingsReader } from './settings-reader.js';

/** A hub in another process, and the key that it knows this service by. */
export interface RemoteHub {
  readonly url: URL;
  readonly key: string;
  /** For how long requests are sent again while it is away. */
  readonly patienceMs: number;
}

const MINUTE_MS = 60_000;

/** Where the log is, if not in the database of this process. */
export function readRemoteHub(settings: SettingsReader): RemoteHub | undefined {
  const url = settings.optionalUrl('HUB_URL', 'http://127.0.0.1:3000');
  const key = settings.optional('HUB_KEY');
  const patienceMs = settings.integer('HUB_PATIENCE_MS', {
    min: 0,
    max: 10 * MINUTE_MS,
    default: 10_000,
  });
  settings.demand(
    !url || key !== undefined,
    'HUB_URL is set and HUB_KEY is not: the hub lets in whom it knows. Make a key where the hub is, with: npm run hub -- ' +
      'keys create <name> --read "*" --append <categories> --delegate. Then type HUB_KEY=hub_…',
  );
  settings.demand(
    key === undefined || url !== undefined,
    'HUB_KEY is set and HUB_URL is not: type HUB_URL=http://127.0.0.1:3000, or take HUB_KEY out',
  );
  return url && key !== undefined ? { url, key, patienceMs } : undefined;
}
