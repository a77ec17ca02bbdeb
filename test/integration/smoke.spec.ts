import { v7 } from 'uuid';
import { createDatabase, DATABASE_KINDS, openDatabase } from '../support/databases.js';

describe.each(DATABASE_KINDS)('smoke %s', (kind) => {
  it('works', async () => {
    const db = await createDatabase(kind);
    const a = await openDatabase(db);
    const ev = () => ({ id: v7(), type: 'user.created', version: 1, data: { a: 1, s: '\u0000 \ud800 ü' }, metadata: { correlationId: 'c' } });
    const e1 = ev();
    console.log(await a.store.append('user-1', 'none', [e1, ev()]));
    console.log(await a.store.append('user-1', 'none', [ev()]).catch((e) => e.message));
    const multi = [{ stream: 'user-1', expectedRevision: 2 as const, events: [ev()] }, { stream: 'b-1', expectedRevision: 'none' as const, events: [] }, { stream: 'c-1', expectedRevision: 'any' as const, events: [ev(), ev()] }];
    console.log(await a.store.appendToStreams(multi));
    console.log(await a.store.appendToStreams(multi));
    console.log(await a.store.append('c-1', 'any', [e1]).catch((e) => e.message));
    for await (const e of a.store.readLog({ categories: ['c', 'user'], types: ['user.created'], correlationId: 'c', direction: 'backwards', limit: 1 })) console.log(e);
    const t = Date.now();
    const N = 64, M = 200;
    await Promise.all(Array.from({ length: N }, async (_, w) => { for (let i = 0; i < M; i++) await a.store.append('w-' + w, i, [ev()]); }));
    const s = (Date.now() - t) / 1000;
    console.log(kind, 'appends/s', (N * M) / s);
    await a.close();
    await db.drop();
  });
});
