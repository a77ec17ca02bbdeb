import type { SettingsReader } from './settings-reader.js';

/** How the hub treats those who subscribe to the log. */
export interface SubscriptionSettings {
  readonly maxSubscriptions: number;
  readonly heartbeatMs: number;
  readonly patienceMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Reads what is set for the subscribers of the hub. */
export function readSubscriptionSettings(settings: SettingsReader): SubscriptionSettings {
  const milliseconds = (name: string, fallback: number): number =>
    settings.integer(name, { min: 100, max: HOUR_MS, default: fallback });
  return {
    maxSubscriptions: settings.integer('MAX_SUBSCRIPTIONS', {
      min: 1,
      max: 100_000,
      default: 1_000,
    }),
    heartbeatMs: milliseconds('SUBSCRIPTION_HEARTBEAT_MS', 15_000),
    patienceMs: milliseconds('SUBSCRIPTION_PATIENCE_MS', MINUTE_MS),
  };
}
