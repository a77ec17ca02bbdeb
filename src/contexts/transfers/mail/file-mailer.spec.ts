import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../event-sourcing/index.js';
import { FileMailer } from './file-mailer.js';

const mail = { to: 'jürgen@example.com', subject: 'Grüße', text: 'One,\ntwo.' };

describe('Mail that is put into a directory', () => {
  let parent: string;
  let outbox: string;
  let mailer: FileMailer;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'hindsight-mail-'));
    outbox = join(parent, 'data', 'outbox');
    mailer = new FileMailer(outbox, new SystemClock());
  });

  afterEach(() => rm(parent, { recursive: true, force: true }));

  const sent = (key: string): Promise<string> => readFile(join(outbox, `${key}.eml`), 'utf8');

  it('is one file by the name of its key, as mail programs read it', async () => {
    await mailer.send(mail, 'key-1');
    expect(await readdir(outbox)).toEqual(['key-1.eml']);
    const [headers, text] = (await sent('key-1')).split('\r\n\r\n');
    expect(text).toBe('One,\r\ntwo.\r\n');
    const fields = new Map(
      headers.split('\r\n').map((line) => line.split(': ', 2) as [string, string]),
    );
    expect(fields.get('To')).toBe('jürgen@example.com');
    expect(fields.get('Subject')).toBe('Grüße');
    expect(fields.get('Message-ID')).toBe('<key-1@hindsight.invalid>');
    expect(fields.get('Date')).toMatch(/^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} \+0000$/);
  });

  it('is written once for a key, whatever is to be sent under it later', async () => {
    await mailer.send(mail, 'key-1');
    const first = await sent('key-1');
    await mailer.send({ ...mail, text: 'Three.' }, 'key-1');
    await mailer.send(mail, 'key-2');
    expect(await sent('key-1')).toBe(first);
    expect((await readdir(outbox)).sort()).toEqual(['key-1.eml', 'key-2.eml']);
  });

  it('is whole, however many write it at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => mailer.send(mail, 'key-1')));
    expect(await readdir(outbox)).toEqual(['key-1.eml']);
    expect(await sent('key-1')).toMatch(/\r\n\r\nOne,\r\ntwo\.\r\n$/);
  });

  it('has no more headers than it should, whatever stands in the address and the subject', async () => {
    const hostile = { ...mail, to: 'a@b.c\r\nBcc: x@y.z', subject: 'Hi\n\nInjected' };
    await mailer.send(hostile, 'key-1');
    const [headers] = (await sent('key-1')).split('\r\n\r\n');
    expect(headers.split('\r\n').map((line) => line.split(':')[0])).toEqual([
      'Date',
      'From',
      'To',
      'Message-ID',
      'Subject',
      'MIME-Version',
      'Content-Type',
      'Content-Transfer-Encoding',
    ]);
  });

  it('is an error where it cannot be written, and can be sent later', async () => {
    await writeFile(join(parent, 'data'), 'in the way');
    await expect(mailer.send(mail, 'key-1')).rejects.toThrow();
    await rm(join(parent, 'data'));
    await mailer.send(mail, 'key-1');
    expect(await readdir(outbox)).toEqual(['key-1.eml']);
  });
});
