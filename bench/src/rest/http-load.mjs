import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { percentiles } from '../child/measure.mjs';

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

/** One connection. `done(status, ms)` is called for each answer, and says whether to go on. */
function client({ host, port, done }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      sentAt = performance.now();
      socket.write(nextRequest(host));
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const headersEnd = received.indexOf(HEADERS_END);
      if (headersEnd < 0) return;
      const head = received.toString('latin1', 0, headersEnd);
      const length = Number(/content-length: (\d+)/i.exec(head)[1]);
      if (received.length < headersEnd + HEADERS_END.length + length) return;
      received = Buffer.alloc(0);
      const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
      if (done(status, performance.now() - sentAt)) send();
      else socket.end();
    });
  });
}

async function load({ host, port, connections, ms }) {
  const latencies = [];
  let created = 0;
  const started = performance.now();
  const done = (status, latency) => {
    if (status === 201) created += 1;
    latencies.push(latency);
    return performance.now() - started < ms;
  };
  await Promise.all(Array.from({ length: connections }, () => client({ host, port, done })));
  const elapsed = performance.now() - started;
  const refused = latencies.length - created;
  return { created, refused, perSecond: (created / elapsed) * 1000, ...percentiles(latencies) };
}

process.on('message', (job) => {
  load(job).then(
    (result) => process.send({ result }),
    (error) => process.send({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
