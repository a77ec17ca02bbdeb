import {
  jetstream,
  type JetStreamClient,
  jetstreamManager,
  type JetStreamManager,
} from '@nats-io/jetstream';
import {
  connect,
  type ConnectionOptions,
  credsAuthenticator,
  type NatsConnection as Client,
} from '@nats-io/transport-node';
import { readFile } from 'node:fs/promises';
import { BrokerUnavailableError } from '../broker/broker.errors.js';
import { unavailable } from './nats-errors.js';
import type { NatsSettings } from './nats-options.js';
import { ensureStream } from './nats-stream.js';

const RECONNECT_EVERY_MS = 250;
const PING_EVERY_MS = 10_000;

/** A connection, and what speaks JetStream over it. */
export interface NatsSession {
  readonly client: Client;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
}

/**
 * One connection for all who need one. It is made when it is asked for, goes on by itself when it was lost, and is made
 * anew when the server has ended it for good.
 */
export class NatsConnection {
  private session: Promise<NatsSession> | undefined;
  private isStreamFit = false;
  private isClosed = false;

  constructor(private readonly settings: NatsSettings) {}

  /** @throws BrokerUnavailableError */
  async open(): Promise<NatsSession> {
    if (this.isClosed) throw new BrokerUnavailableError('The connection to NATS is closed.');
    this.session ??= this.connect();
    const session = this.session;
    try {
      const opened = await session;
      if (!this.isStreamFit) await ensureStream(opened.manager, this.settings);
      this.isStreamFit = true;
      return opened;
    } catch (error) {
      throw unavailable(error, this.settings);
    }
  }

  /** Has the stream looked at before it is used again: it may be gone, or another one. */
  doubtStream(): void {
    this.isStreamFit = false;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await (await this.session?.catch(() => undefined))?.client.close();
  }

  private async connect(): Promise<NatsSession> {
    try {
      const client = await connect(await this.connectionOptions());
      void client.closed().then(() => (this.session = undefined));
      const { timeoutMs: timeout } = this.settings;
      const manager = await jetstreamManager(client, { timeout, checkAPI: false });
      return { client, manager, jetstream: jetstream(client, { timeout }) };
    } catch (error) {
      this.session = undefined;
      throw error;
    }
  }

  private async connectionOptions(): Promise<ConnectionOptions> {
    const { servers, user, password, token, credentialsFile, timeoutMs } = this.settings;
    return {
      servers: [...servers],
      name: 'hindsight',
      timeout: timeoutMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_EVERY_MS,
      pingInterval: PING_EVERY_MS,
      ...(user !== undefined && { user, pass: password }),
      ...(token !== undefined && { token }),
      ...(credentialsFile !== undefined && {
        authenticator: credsAuthenticator(await readFile(credentialsFile)),
      }),
    };
  }
}
