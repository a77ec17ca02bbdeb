import type {
  RebuildPurpose,
  RebuildState,
  RebuildStatus,
  Verification,
} from './rebuild-status.js';

/** A row of `hub_rebuilds`. */
export interface Rebuild {
  /** Names its shadow. */
  readonly id: string;
  readonly projection: string;
  readonly purpose: RebuildPurpose;
  readonly version: number;
  readonly state: RebuildState;
  readonly position: number;
  readonly head: number;
  readonly eventsPerSecond: number;
  readonly parked: number;
  /** Whether it may replace the one that serves though more events are parked in it. */
  readonly acceptsParked: boolean;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly error: string | null;
  readonly verification: Verification | null;
  /** Those before it whose shadows are still to be dropped. */
  readonly leftovers: readonly string[];
}

/** What a rebuild reports of itself while it is under way. */
export type RebuildProgress = Pick<
  Rebuild,
  'position' | 'head' | 'eventsPerSecond' | 'parked' | 'error'
>;

/** Whether its shadow is still needed. */
export function isUnderWay({ state }: Rebuild): boolean {
  return state === 'building' || state === 'held';
}

export function statusOf(rebuild: Rebuild): RebuildStatus {
  const { projection, purpose, version, state, position, head, parked, eventsPerSecond } = rebuild;
  const left = Math.max(0, head - position);
  return {
    projection,
    purpose,
    version,
    state,
    position,
    head,
    percent: head === 0 ? 100 : Math.min(100, Math.floor((position / head) * 100)),
    eventsPerSecond,
    secondsLeft:
      state === 'building' && left > 0 && eventsPerSecond > 0
        ? Math.ceil(left / eventsPerSecond)
        : undefined,
    parked,
    startedAt: new Date(rebuild.startedAt),
    finishedAt: rebuild.finishedAt === null ? undefined : new Date(rebuild.finishedAt),
    lastError: rebuild.error ?? undefined,
    verification: rebuild.verification ?? undefined,
  };
}
