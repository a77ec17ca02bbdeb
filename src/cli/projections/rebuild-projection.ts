import { setTimeout as delay } from 'node:timers/promises';
import type { RebuildStatus } from '../../event-sourcing/index.js';
import { rebuildOf } from '../../ops/projections/rebuild.dto.js';
import { CommandFailedError } from '../command-failed.error.js';
import { type Hub, inHub } from '../hub.js';
import { print, printJson } from '../output.js';
import type { RebuildCommandOptions } from '../projections.commands.js';
import { interruptible } from './interruption.js';
import { lendAHand } from './lend-a-hand.js';
import { Progress } from './progress-bar.js';

const LOOK_MS = 100;

/** What a rebuild has come to, and whether it goes on without this process. */
interface Followed {
  readonly status: RebuildStatus;
  readonly hasServer: boolean;
}

export async function rebuildProjection(
  name: string,
  options: RebuildCommandOptions,
): Promise<void> {
  const { acceptParked, wait, json = false } = options;
  const { status, hasServer } = await inHub(async (hub) => {
    const asked = await hub.rebuilds.start(name, { acceptParked });
    if (wait) return interruptible((signal) => follow(hub, asked, signal, json));
    return { status: asked, hasServer: (await hub.processors.status(name)).owner !== undefined };
  });
  if (json) printJson(rebuildOf(status));
  if (status.state === 'building') return json ? undefined : sayThatItGoesOn(name, hasServer);
  if (status.state !== 'switched') throw notSwitched(name, status);
  if (!json) print(`${name} is rebuilt, and serves in version ${status.version}.`);
}

/** To its end, or until it is interrupted. */
async function follow(
  hub: Hub,
  asked: RebuildStatus,
  signal: AbortSignal,
  isSilent: boolean,
): Promise<Followed> {
  const { projection } = asked;
  const hasServer = await lendAHand(hub, projection, isSilent);
  const progress = Progress.on(process.stdout, isSilent);
  let status = asked;
  try {
    while (status.state === 'building' && !signal.aborted) {
      await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
      status = (await hub.rebuilds.status(projection)) ?? status;
      progress.show(status);
    }
  } finally {
    progress.stop();
  }
  return { status, hasServer };
}

function sayThatItGoesOn(name: string, hasServer: boolean): void {
  print(
    hasServer
      ? `The rebuild of ${name} goes on in the server.`
      : `The rebuild of ${name} goes on when a server is started, or with: hub projections rebuild ${name}`,
    `To see how far it is: hub projections status ${name}`,
    `To give it up:        hub projections cancel ${name}`,
  );
}

function notSwitched(name: string, { state, lastError }: RebuildStatus): CommandFailedError {
  const reason = lastError === undefined ? '' : `: ${lastError}`;
  const next =
    state === 'held'
      ? `\nTo have it serve nevertheless: hub projections rebuild ${name} --accept-parked` +
        `\nTo give it up:                 hub projections cancel ${name}`
      : '';
  return new CommandFailedError(
    `The rebuild of ${name} is ${state}, and what served before serves${reason}${next}`,
  );
}
