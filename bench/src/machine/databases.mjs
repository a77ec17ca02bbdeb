import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { product } from '../product.mjs';
import { runJob } from '../child/run-job.mjs';
import { withClient } from './postgres-server.mjs';

/**
 * The databases that contenders write to. Each run gets one of its own: an empty one, or a copy of one that was
 * prepared. A database is `{ kind, name, url }`; `url` is what Hindsight takes as DATABASE_URL, and a SQLite one has
 * its path as `file` too.
 */
export class Databases {
  count = 0;
  hubs = new Map();

  constructor(folder, server) {
    this.folder = folder;
    this.server = server;
  }

  /** An empty database, or a copy of `template`. */
  async create(kind, template) {
    this.count += 1;
    const name = `bench_${this.count}`;
    if (kind === 'sqlite') {
      const file = join(this.folder, `${name}.sqlite`);
      if (template) await copyFile(template.file, file);
      return { kind, name, file, url: `sqlite:${file}` };
    }
    await this.administer(`CREATE DATABASE ${name} ${template ? `TEMPLATE ${template.name}` : ''}`);
    return { kind, name, url: this.server.urlOf(name) };
  }

  /** On PostgreSQL this ends with a checkpoint, so that none is due in the next run. */
  async drop({ kind, name, file }) {
    if (kind === 'postgres') return this.administer(`DROP DATABASE ${name} WITH (FORCE)`);
    for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
  }

  /** Runs `work` with a fresh database and removes it afterwards. */
  async using(kind, template, work) {
    const database = await this.create(kind, template);
    try {
      return await work(database);
    } finally {
      await this.drop(database);
    }
  }

  /** A database with Hindsight's tables and no event, made once: what new ones are copied from. */
  hub(kind) {
    if (!this.hubs.has(kind)) this.hubs.set(kind, this.migrated(kind));
    return this.hubs.get(kind);
  }

  async migrated(kind) {
    const database = await this.create(kind);
    await runJob({ contender: 'hindsight', database, phases: [] });
    if (kind === 'sqlite') (await openSqlite(database.file)).close();
    return database;
  }

  administer(sql) {
    return withClient(this.server.urlOf('postgres'), (client) => client.query(sql));
  }
}

/** Opens a SQLite file; closing it brings everything from the write-ahead log into the file. */
export async function openSqlite(file) {
  const { sqliteDriver } = await product('event-sourcing/index.js');
  const Database = sqliteDriver();
  return new Database(file);
}

/** Runs statements that answer nothing on a database of either kind. */
export async function execute(database, sql) {
  if (database.kind === 'postgres') {
    await withClient(database.url, (client) => client.query(sql));
    return;
  }
  const connection = await openSqlite(database.file);
  connection.exec(sql);
  connection.close();
}

/** Runs one query on a database of either kind. @returns its rows */
export async function query(database, sql) {
  if (database.kind === 'postgres') {
    return withClient(database.url, async (client) => (await client.query(sql)).rows);
  }
  const connection = await openSqlite(database.file);
  try {
    return connection.prepare(sql).all();
  } finally {
    connection.close();
  }
}
