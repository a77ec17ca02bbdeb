/** How the hub treats those who subscribe to the log. */
export abstract class SubscribingOptions {
  /** How many may be subscribed to one process at a time. */
  abstract readonly maxSubscriptions: number;
  /** Subscribers get a sign of life at least so often. */
  abstract readonly heartbeatMs: number;
  /** One that takes nothing of what is sent for so long is cut off. */
  abstract readonly patienceMs: number;
}
