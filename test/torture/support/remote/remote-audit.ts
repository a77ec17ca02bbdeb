import { isDeepStrictEqual } from 'node:util';
import { type LoggedEvent, misplacedEvents } from '../../../support/logged-events.js';
import type { RemoteDeed } from './remote-deed.js';

/** Holds what writers were told by a hub against what its database says. @returns a sentence for everything that is wrong */
export function remoteViolations(
  deeds: readonly RemoteDeed[],
  log: readonly LoggedEvent[],
): readonly string[] {
  const byId = new Map(log.map((event) => [event.id, event]));
  return [
    ...misplacedEvents(log),
    ...strangeEvents(deeds, log),
    ...deeds.flatMap((deed) => violationsOf(deed, byId)),
  ];
}

/** Events that nobody has asked for, as a retry under new ids would leave. */
function strangeEvents(deeds: readonly RemoteDeed[], log: readonly LoggedEvent[]): string[] {
  const asked = new Set(
    deeds.flatMap(({ appends }) => appends.flatMap(({ events }) => events.map(({ id }) => id))),
  );
  return log
    .filter(({ id }) => !asked.has(id))
    .map(({ id, position }) => `nobody has asked for ${id} at ${position}`);
}

function violationsOf(deed: RemoteDeed, byId: ReadonlyMap<string, LoggedEvent>): string[] {
  const { name, outcome, isUncontested } = deed;
  const asked = deed.appends.flatMap(({ stream, events }) =>
    events.map((event) => ({ ...event, stream })),
  );
  const stored = asked.flatMap(({ id }) => byId.get(id) ?? []);
  const complaints: string[] = [];
  if (outcome === 'refused' && isUncontested) {
    complaints.push('was refused, where nothing stood in its way');
  }
  if (outcome === 'refused' && stored.length > 0) complaints.push('was refused, and is stored');
  if (outcome === 'acknowledged' && stored.length < asked.length) {
    complaints.push(`is lost: ${stored.length} of ${asked.length} are stored`);
  }
  if (stored.length > 0 && stored.length < asked.length) complaints.push('is stored by halves');
  if (stored.length === asked.length) complaints.push(...misplacements(deed, asked, stored));
  return complaints.map((complaint) => `${name} ${complaint}`);
}

function misplacements(
  { appends, result }: RemoteDeed,
  asked: readonly { readonly type: string; readonly stream: string; readonly data: unknown }[],
  stored: readonly LoggedEvent[],
): string[] {
  const complaints: string[] = [];
  const isOther = stored.some(
    ({ type, stream, data, position }, nth) =>
      type !== asked[nth].type ||
      stream !== asked[nth].stream ||
      !isDeepStrictEqual(data, asked[nth].data) ||
      position !== stored[0].position + nth,
  );
  if (isOther) complaints.push('is stored as something else, or scattered');
  for (const { stream, expectedRevision, events } of appends) {
    const first = stored.find(({ id }) => id === events[0]?.id);
    if (first && typeof expectedRevision === 'number' && first.revision !== expectedRevision + 1) {
      complaints.push(`expected ${stream} at ${expectedRevision}, and is at ${first.revision}`);
    }
  }
  const places = stored.map(({ id, stream, revision, position }) => ({
    ...{ id, stream, revision, position },
  }));
  if (result && !isDeepStrictEqual(result.events, places)) {
    complaints.push(
      `was told ${JSON.stringify(result.events)}, and is at ${JSON.stringify(places)}`,
    );
  }
  return complaints;
}
