import { localTime } from '../../common/text/local-time.js';
import type { ApiKey } from '../../security/keys/api-key.entity.js';
import { inHub } from '../hub.js';
import { type OutputOptions, print, printJson, printTable } from '../output.js';
import { keyJsonOf } from './key-lines.js';

const HEADINGS = ['name', 'id', 'state', 'rights', 'created', 'last used'];

/** Prints all keys there are or were. */
export async function listKeys({ json }: OutputOptions): Promise<void> {
  const keys = await inHub((hub) => hub.keys.list());
  if (json) return printJson({ items: keys.map(keyJsonOf) });
  if (keys.length === 0) {
    print('There are no keys.', 'To make one: hub keys create <name> --read user');
    return;
  }
  const now = new Date();
  printTable(
    HEADINGS,
    keys.map((key) => rowOf(key, now)),
  );
}

function rowOf(key: ApiKey, now: Date): readonly string[] {
  const { name, id, rights, createdAt, lastUsedAt } = key;
  return [
    name,
    id,
    stateOf(key, now),
    rights.toString(),
    localTime(createdAt),
    lastUsedAt ? localTime(lastUsedAt) : '-',
  ];
}

function stateOf({ revokedAt, expiresAt }: ApiKey, now: Date): string {
  if (revokedAt) return `revoked ${localTime(revokedAt)}`;
  if (!expiresAt) return 'in force';
  return expiresAt <= now ? `expired ${localTime(expiresAt)}` : `until ${localTime(expiresAt)}`;
}
