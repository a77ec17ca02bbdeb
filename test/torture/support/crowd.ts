import { SeededRandom } from '../../support/processes/seeded-random.mjs';
import type { UsersApi } from '../../support/users-api.js';
import { Client, type Crowd } from './client.js';
import type { Deed } from './deed.js';

const CLIENTS = 8;

/** Lets clients loose on a service until `interrupt` resolves, and waits until each knows what it can know. */
export async function letLoose(
  crowd: Crowd,
  random: SeededRandom,
  interrupt: () => Promise<void>,
): Promise<void> {
  const clients = Array.from(
    { length: CLIENTS },
    (_, index) => new Client(`c${index}`, crowd, new SeededRandom(random.between(0, 2 ** 31))),
  );
  const running = Promise.all(clients.map((client) => client.run()));
  try {
    await interrupt();
  } finally {
    crowd.isOver = true;
    await running;
  }
}

/** Repeats, with their keys, the creations of which nobody knows whether they were done. */
export function repeatUnknown(users: UsersApi, deeds: readonly Deed[]): Promise<Deed[]> {
  const unknown = deeds
    .filter((deed) => deed.kind === 'create')
    .filter(({ outcome }) => outcome === 'unknown');
  return Promise.all(
    unknown.map(async ({ key, user, correlationId: first }): Promise<Deed> => {
      const correlationId = `${first}-again`;
      const headers = { 'idempotency-key': key, 'x-correlation-id': correlationId };
      const { status, body } = await users.create(user, headers);
      if (status !== 201 && status !== 409) throw new Error(`${key} was answered ${status}`);
      const outcome = status === 201 ? 'acknowledged' : 'refused';
      return { kind: 'create', key, user, id: body.id, correlationId, outcome };
    }),
  );
}
