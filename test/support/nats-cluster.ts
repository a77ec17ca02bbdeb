import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { until } from './async.js';
import { freePort, NatsServer } from './nats-server.js';

const NODES = ['n1', 'n2', 'n3'] as const;
const PATIENCE = { patienceMs: 60_000, lookEveryMs: 100 };

/** Three servers of NATS on this machine that store everything three times. */
export class NatsCluster {
  private constructor(private readonly nodes: ReadonlyMap<string, NatsServer>) {}

  static async start(): Promise<NatsCluster> {
    const ports = await Promise.all(NODES.map(() => freePort()));
    const routes = ports.map((port) => `nats://127.0.0.1:${port}`);
    const nodes = new Map<string, NatsServer>();
    for (const [nr, name] of NODES.entries()) {
      const node = await NatsServer.create([
        ...['--server_name', name, '--cluster_name', 'hub'],
        ...['--cluster', routes[nr], '--routes', routes.join(',')],
      ]);
      nodes.set(name, node);
    }
    const cluster = new NatsCluster(nodes);
    await Promise.all([...nodes.values()].map((node) => node.run()));
    await until(() => cluster.isReady(), 'the cluster has elected its leaders', PATIENCE);
    return cluster;
  }

  get urls(): readonly string[] {
    return [...this.nodes.values()].map(({ url }) => url);
  }

  /** The server that leads the replicas of a stream; undefined while they elect one. */
  async leaderOf(stream: string): Promise<NatsServer | undefined> {
    try {
      const client = await connect({ servers: [...this.urls], timeout: 2_000, reconnect: false });
      try {
        const { streams } = await jetstreamManager(client, { timeout: 2_000, checkAPI: false });
        const { cluster } = await streams.info(stream);
        return this.nodes.get(cluster?.leader ?? '');
      } finally {
        await client.close();
      }
    } catch {
      return undefined;
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.nodes.values()].map((node) => node.end()));
  }

  private async isReady(): Promise<boolean> {
    try {
      const client = await connect({ servers: [...this.urls], timeout: 2_000, reconnect: false });
      try {
        const { streams } = await jetstreamManager(client, { timeout: 2_000 });
        await streams.add({ name: 'TRIAL', subjects: ['trial'], num_replicas: NODES.length });
        return await streams.delete('TRIAL');
      } finally {
        await client.close();
      }
    } catch {
      return false;
    }
  }
}
