import { KEYS_ARE_FRESH_FOR_MS } from '../../security/keys/key-ring.js';
import { inHub } from '../hub.js';
import { type OutputOptions, print, printJson } from '../output.js';
import { keyJsonOf } from './key-lines.js';

/** Ends a key, by its id or its name. */
export async function revokeKey(idOrName: string, { json }: OutputOptions): Promise<void> {
  const key = await inHub(({ keys }) => keys.revoke(idOrName));
  if (json) return printJson(keyJsonOf(key));
  const seconds = KEYS_ARE_FRESH_FOR_MS / 1_000;
  print(`The key "${key.name}" is revoked. Within ${seconds} seconds it opens nothing any more.`);
}
