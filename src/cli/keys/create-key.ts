import { Rights } from '../../common/access/rights.js';
import { localTime } from '../../common/text/local-time.js';
import { CommandFailedError } from '../command-failed.error.js';
import { inHub } from '../hub.js';
import type { CreateKeyOptions } from '../keys.commands.js';
import { print, printJson } from '../output.js';
import { keyJsonOf } from './key-lines.js';

/** Makes a key and prints it, once. */
export async function createKey(name: string, options: CreateKeyOptions): Promise<void> {
  const rights = rightsOf(options);
  const { expires, json } = options;
  const expiresAt = expires === undefined ? undefined : new Date(Date.now() + expires);
  const { apiKey, text } = await inHub(({ keys }) => keys.create({ name, rights, expiresAt }));
  if (json) return printJson({ ...keyJsonOf(apiKey), key: text });
  const until = expiresAt ? `until ${localTime(expiresAt)}` : 'until it is revoked';
  print(
    text,
    '',
    `The key "${name}" is good ${until}, for: ${rights.toString()}`,
    'It is not kept here and cannot be shown again. Send it as: Authorization: Bearer <key>',
    `To end it: hub keys revoke ${name}`,
  );
}

function rightsOf({ read = [], append = [], operate, delegate }: CreateKeyOptions): Rights {
  const texts = [
    ...read.map((category) => `read:${category}`),
    ...append.map((category) => `append:${category}`),
    ...(operate ? ['operate'] : []),
    ...(delegate ? ['delegate'] : []),
  ];
  if (texts.length > 0) return Rights.among(texts);
  throw new CommandFailedError(
    'A key without rights opens nothing. Type what it may do, for example --read user or --append order.',
  );
}
