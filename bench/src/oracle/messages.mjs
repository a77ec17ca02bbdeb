import { importRootPackage } from '../product.mjs';

/** Reads a JetStream stream from its beginning. @returns what is wrong with it: each event once, each stream in order */
export async function auditMessages(url, expected) {
  const { connect } = await importRootPackage('@nats-io/transport-node');
  const { jetstream } = await importRootPackage('@nats-io/jetstream');
  const client = await connect({ servers: url });
  try {
    const consumer = await jetstream(client).consumers.get('HUB');
    const { num_pending: kept } = await consumer.info();
    if (kept !== expected) return [`${kept} messages are kept, and ${expected} were published`];
    const revisions = new Map();
    const problems = [];
    let read = 0;
    const messages = await consumer.consume();
    for await (const message of messages) {
      const { subject, revision } = message.json();
      const before = revisions.get(subject) ?? 0;
      if (Number(revision) !== before + 1) problems.push(`${subject}: ${revision} after ${before}`);
      revisions.set(subject, Number(revision));
      read += 1;
      if (read === expected) break;
    }
    return problems.slice(0, 5);
  } finally {
    await client.close();
  }
}
