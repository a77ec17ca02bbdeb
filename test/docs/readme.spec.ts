import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DataSource } from 'typeorm';
import { OrderDesk } from '../../docs/examples/order-desk.js';
import { OrderListItem } from '../../docs/examples/order-list-item.entity.js';
import { OrderListModule } from '../../docs/examples/order-list.module.js';
import { Order, OrdersModule } from '../../docs/examples/orders.module.js';
import {
  type AggregateRepository,
  Processors,
  EventSourcingModule,
  EventStore,
  getAggregateRepositoryToken,
} from '../../src/event-sourcing/index.js';
import { bootKit } from '../support/booted-kit.js';
import { createDatabase } from '../support/databases.js';

const ROOT = join(import.meta.dirname, '../..');
const SNIPPET = /<!-- test: (\S+) -->\n+```ts\n([\s\S]*?)```/g;
const LINK = /\]\((?!https?:)([^)#]+)[^)]*\)/g;

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

function documents(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !['node_modules', 'dist', '.git'].includes(name))
    .flatMap((entry) =>
      entry.isDirectory() ? documents(join(folder, entry.name)) : join(folder, entry.name),
    )
    .filter((file) => file.endsWith('.md'));
}

/** Code as a reader of the README has it: in a folder below src/contexts, and without the indentation of a test. */
function asShown(code: string): string[] {
  return code
    .replaceAll("'../../src/event-sourcing/", "'../../event-sourcing/")
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

describe.each([
  ['README.md', 6],
  ['docs/sagas.md', 6],
])('The code in %s', (document, count) => {
  it('is compiled and tested', () => {
    const snippets = [...read(document).matchAll(SNIPPET)];
    expect(snippets).toHaveLength(count);
    for (const [, file, code] of snippets) {
      expect(asShown(read(file)).join('\n')).toContain(asShown(code).join('\n'));
    }
  });
});

describe('The README', () => {
  it('adds an event and an aggregate that work', async () => {
    @Module({ imports: [EventSourcingModule.forFeature([Order])], providers: [OrderDesk] })
    class OrdersWithDeskModule {}
    const app = await Test.createTestingModule({
      imports: [
        EventSourcingModule.forRoot({ store: 'memory' }),
        OrdersModule,
        OrdersWithDeskModule,
      ],
    }).compile();
    await app.init();

    expect(await app.get(OrderDesk).takeOrder('1')).toBe('tea');
    expect(await app.get(EventStore).streamRevision('order-1')).toBe(1);
    await app.close();
  });

  it('adds a projection that works', async () => {
    const database = await createDatabase('sqlite');
    const { app } = await bootKit({ database, imports: [OrdersModule, OrderListModule] });
    const orders = app.get<AggregateRepository<Order>>(getAggregateRepositoryToken(Order), {
      strict: false,
    });
    const order = new Order('1');
    order.place('tea');
    await orders.save(order);

    expect(await app.get(Processors).caughtUp('order-list', 15_000)).toBe(true);
    const list = app.get(DataSource).getRepository(OrderListItem);
    expect(await list.find()).toEqual([{ id: '1', product: 'tea' }]);
    await app.close();
    await database.drop();
  });
});

describe('Every document', () => {
  it.each(documents())('%s links only to files that exist', (document) => {
    const targets = [...read(document).matchAll(LINK)].map(([, target]) => target);
    const missing = targets.filter(
      (target) => !existsSync(join(ROOT, dirname(document), decodeURI(target))),
    );
    expect(missing).toEqual([]);
  });
});
