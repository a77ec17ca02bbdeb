// @ts-check
// Opens the log, appends an event, and tells its position.
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { SystemClock } from '../../../dist/event-sourcing/context/clock.js';
import { openEventDatabase } from '../../../dist/event-sourcing/store/typeorm/event-database.js';
import { startSignal } from './start-signal.mjs';

const { options } = JSON.parse(process.argv[2]);
await startSignal();
const dataSource = await new DataSource(options).initialize();
const database = await openEventDatabase(dataSource, new SystemClock());
const event = { id: randomUUID(), type: 'process.started', version: 1, data: {} };
const { position } = await database.store.append('process-1', 'any', [event]);
await database.close();
await dataSource.destroy();
process.stdout.write(JSON.stringify(position));
