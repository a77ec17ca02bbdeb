import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from './deployment.js';
import { showServices } from './services.demo.js';

const NEXT = [
  'Where to go next',
  '   docs/deployment.md                 the same for good: compose files, units of systemd, PostgreSQL, NATS',
  '   docs/security.md                   what the keys are, and what they open',
  '   README.md                          a service of your own, in any language',
];

const directory = mkdtempSync(join(tmpdir(), 'hindsight-services-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

console.log('Hindsight: services in processes of their own. This takes a few seconds to start.\n');
const deployment = await Deployment.start(directory);
await showServices(deployment, (line) => console.log(line));
const codes = await deployment.stop();
console.log('7. All four are asked to end, and do, with these exit codes:');
console.log(`   ${[...codes].map(([name, code]) => `${name} ${code}`).join(', ')}\n`);
for (const line of NEXT) console.log(line);
if ([...codes.values()].some((code) => code !== 0)) process.exitCode = 1;
