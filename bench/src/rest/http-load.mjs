import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { repeat } from '../child/measure.mjs';

/*
 * A process that posts new users over keep-alive connections, one request at a time on each. It speaks just enough
 * HTTP: the less the client costs, the more of the machine is left to what is measured.
 */

const HEADERS_END = Buffer.from('\r\n\r\n');

let userCount = 0;
const run = randomUUID().slice(0, 8);

function nextRequest(host) {
  userCount += 1;
  const name = `u${run}-${userCount.toString(36)}`;
  const body = JSON.stringify({ username: name, email: `${name}@example.com` });
  return (
    `POST /api/v1/users HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`
  );
}

/** A connection that stays open. */
class Connection {
  received = Buffer.alloc(0);

  constructor(host, port) {
    this.host = host;
    this.socket = connect({ host, port, noDelay: true });
    this.opened = once(this.socket, 'connect');
    this.socket.on('data', (chunk) => this.take(chunk));
  }

  /** Posts a user. @returns the status of the answer */
  post() {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.socket.once('error', reject);
      this.socket.once('close', () => reject(new Error('The server has closed a connection.')));
      this.socket.write(nextRequest(this.host));
    }).finally(() => this.socket.removeAllListeners('error').removeAllListeners('close'));
  }

  take(chunk) {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headersEnd = this.received.indexOf(HEADERS_END);
    if (headersEnd < 0) return;
    const head = this.received.toString('latin1', 0, headersEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)[1]);
    if (this.received.length < headersEnd + HEADERS_END.length + length) return;
    this.received = Buffer.alloc(0);
    this.answered(Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)));
  }
}

let open = [];

/**
 * Opens the connections once, for all loads: Node.js takes one new connection in each turn of its loop, so that
 * opening them under load would be what is measured.
 */
async function connections({ host, port, count }) {
  if (open.length === 0) {
    open = Array.from({ length: count }, () => new Connection(host, port));
    await Promise.all(open.map(({ opened }) => opened));
  }
  return open;
}

async function load({ host, port, connections: count, ms }) {
  const all = await connections({ host, port, count });
  let created = 0;
  const measured = await repeat(count, ms, async (nr) => {
    if ((await all[nr].post()) === 201) created += 1;
  });
  return {
    ...measured,
    created,
    refused: measured.count - created,
    perSecond: (created / measured.ms) * 1000,
  };
}

process.on('message', (job) => {
  load(job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
