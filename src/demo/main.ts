import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { DemoModule } from './demo.module.js';
import { runDemo } from './demo.js';

const NEXT = [
  '',
  'Where to go next',
  '   npm start                          the same users over REST, with documentation at /docs',
  '   requests.http                      requests to try there, in order',
  '   src/contexts/users                 the service you have just seen',
  '   README.md                          add an event and an aggregate of your own',
];

const directory = await mkdtemp(join(tmpdir(), 'hindsight-demo-'));
const app = await NestFactory.createApplicationContext(
  DemoModule.on(join(directory, 'demo.sqlite')),
  { logger: ['warn', 'error'] },
);
try {
  console.log('Hindsight: state is a sequence of events. This demo keeps them in a SQLite file.\n');
  await runDemo(app, (line) => console.log(line));
  for (const line of NEXT) console.log(line);
} finally {
  await app.close();
  await rm(directory, { recursive: true, force: true });
}
