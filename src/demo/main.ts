import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { DemoModule } from './demo.module.js';
import { showTransfers } from './transfers.demo.js';
import { showUser } from './user.demo.js';

const NEXT = [
  '',
  'Where to go next',
  '   npm start                          the same over REST, with documentation at /docs',
  '   requests.http                      requests to try there, in order',
  '   src/contexts                       the services you have just seen: users, accounts, transfers',
  '   docs/sagas.md                      how the transfers came to their ends, and always do',
  '   README.md                          add an event and an aggregate of your own',
];

const directory = await mkdtemp(join(tmpdir(), 'hindsight-demo-'));
const app = await NestFactory.createApplicationContext(DemoModule.in(directory), {
  logger: ['warn', 'error'],
});
try {
  console.log('Hindsight: state is a sequence of events. This demo keeps them in a SQLite file.\n');
  const print = (line: string): void => console.log(line);
  const john = await showUser(app, print);
  print('');
  await showTransfers(app, john, print);
  for (const line of NEXT) console.log(line);
} finally {
  await app.close();
  await rm(directory, { recursive: true, force: true });
}
