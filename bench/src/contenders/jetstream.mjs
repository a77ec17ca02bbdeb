import { performance } from 'node:perf_hooks';
import { importRootPackage, product } from '../product.mjs';

const IN_FLIGHT = 256;

/** The clients of NATS alone: the same messages, made before, so many under way at once, every one acknowledged. */
export const jetstream = {
  title: 'a bare JetStream publish',
  databases: ['postgres', 'sqlite'],

  async open(database) {
    const { bootHub } = await import('./hindsight-app.mjs');
    const hub = await bootHub(database);
    return {
      relay: (url) => publishAll(hub.store, url),
      close: () => hub.close(),
    };
  },
};

async function publishAll(store, url) {
  const { connect, headers } = await importRootPackage('@nats-io/transport-node');
  const { jetstream: over, jetstreamManager } = await importRootPackage('@nats-io/jetstream');
  const { cloudEventOf, structured } = await product('common/cloud-events/index.js');
  const client = await connect({ servers: url });
  await (await jetstreamManager(client)).streams.add({ name: 'HUB', subjects: ['hub.>'] });
  const messages = [];
  for await (const event of store.readLog()) {
    const body = JSON.stringify(structured(cloudEventOf(event, '/hub')));
    messages.push({ subject: `hub.account.${event.type}`, body, msgID: event.id });
  }
  const jetstream = over(client);
  const left = messages.values();
  const worker = async () => {
    for (const { subject, body, msgID } of left) {
      const named = headers();
      named.set('content-type', 'application/cloudevents+json');
      await jetstream.publish(subject, body, { msgID, headers: named });
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const ms = performance.now() - startedAt;
  await client.close();
  return { count: messages.length, ms };
}
