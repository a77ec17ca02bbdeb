import { randomUUID } from 'node:crypto';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Clock } from '../../../event-sourcing/index.js';
import { messageOf } from './message.js';
import { Mail, Mailer } from './mailer.js';

/**
 * Puts mail into a directory, as a file `<key>.eml` each, for whatever sends it from there. By the file a repetition is
 * known: it should stay.
 */
export class FileMailer extends Mailer {
  constructor(
    private readonly directory: string,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async send(mail: Mail, idempotencyKey: string): Promise<void> {
    const path = join(this.directory, `${idempotencyKey}.eml`);
    if (await exists(path)) return;
    await mkdir(this.directory, { recursive: true });
    // Who looks into the directory, or comes after a crash, finds the whole message or none.
    const draft = `${path}.${randomUUID()}.draft`;
    const file = await open(draft, 'w');
    try {
      await file.writeFile(messageOf(mail, idempotencyKey, this.clock.now()));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncDirectory(this.directory);
  }
}

/** Without it a loss of power may undo a rename, and the mail would be noted as sent. Windows knows no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
