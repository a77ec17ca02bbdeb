import type { DeliveryBody } from '../../../support/groups-api.js';
import type { LoggedBody } from '../../../support/hub-api.js';

/** Times are measured in different processes, in whole milliseconds. */
const TOLERANCE_MS = 5;

/** A worker, as far as it is known how long nobody else may have what it has. */
export interface Holder {
  readonly name: string;
  /** Its lease was renewed after the request that was answered last was sent, so that it lasts until then at least. */
  readonly leaseLastsUntil: number;
}

/** Holds what workers get against what they have said before. */
export class GroupOracle {
  readonly violations: string[] = [];
  /** How long after the end of a worker the first of what it had was given to another one. */
  readonly takeoversMs: number[] = [];
  private readonly handled = new Set<number>();
  /** Acknowledged for all that is known: how many have asked for it, and were not refused; two may at the same time. */
  private readonly asked = new Map<string, number>();
  /** When it was first known that an event is acknowledged. */
  private readonly confirmed = new Map<number, number>();
  private readonly held = new Map<number, Holder>();
  private readonly ended = new Map<Holder, number>();

  /** A worker got events for a request that it sent at `sentAt`. */
  received(holder: Holder, items: readonly DeliveryBody[], sentAt: number): void {
    const now = performance.now();
    const inThisAnswer = new Set<string>();
    for (const { event } of items) {
      const { stream, revision, position } = event;
      const isBehind =
        revision === 1 ||
        this.countAsked(stream, revision - 1, 0) > 0 ||
        inThisAnswer.has(`${stream} ${revision - 1}`);
      if (!isBehind)
        this.complain(event, `came to ${holder.name} before the one before it was done`);
      inThisAnswer.add(`${stream} ${revision}`);
      if ((this.confirmed.get(position) ?? Infinity) < sentAt) {
        this.complain(event, `came to ${holder.name} after it was acknowledged`);
      }
      const before = this.held.get(position);
      if (before && before !== holder) this.passed(event, before, holder, now);
      this.held.set(position, holder);
    }
  }

  /** A worker has done the work that an event is for. */
  workedOn({ position }: LoggedBody): void {
    this.handled.add(position);
  }

  acknowledging(events: readonly LoggedBody[]): void {
    for (const { stream, revision, position } of events) {
      this.countAsked(stream, revision, 1);
      this.held.delete(position);
    }
  }

  /** The answer to `acknowledging`, if there was one. */
  acknowledged(events: readonly LoggedBody[], wasAccepted: boolean): void {
    const now = performance.now();
    for (const { stream, revision, position } of events) {
      if (wasAccepted) this.confirmed.set(position, this.confirmed.get(position) ?? now);
      else if (!this.confirmed.has(position)) this.countAsked(stream, revision, -1);
    }
  }

  /** A worker gives back events, or is about to. */
  givenBack(events: readonly LoggedBody[]): void {
    for (const { position } of events) this.held.delete(position);
  }

  /** A worker is no member any more, or is about to be none: whoever gets what it had is right. */
  hasNothing(holder: Holder): void {
    for (const [position, each] of this.held) if (each === holder) this.held.delete(position);
  }

  /** A worker will not be heard of again. */
  isDead(holder: Holder): void {
    this.ended.set(holder, performance.now());
  }

  /** What is wrong when everything is acknowledged. */
  finalViolations(log: readonly LoggedBody[]): readonly string[] {
    for (const event of log) {
      if (!this.handled.has(event.position)) this.complain(event, 'was handled by nobody');
    }
    return this.violations;
  }

  private countAsked(stream: string, revision: number, more: number): number {
    const key = `${stream} ${revision}`;
    const count = (this.asked.get(key) ?? 0) + more;
    this.asked.set(key, count);
    return count;
  }

  private passed(event: LoggedBody, before: Holder, holder: Holder, now: number): void {
    if (now < before.leaseLastsUntil - TOLERANCE_MS) {
      const leftMs = Math.round(before.leaseLastsUntil - now);
      this.complain(event, `came to ${holder.name}, ${leftMs} ms too soon for ${before.name}`);
    }
    const endedAt = this.ended.get(before);
    if (endedAt !== undefined) this.takeoversMs.push(now - endedAt);
    this.ended.delete(before);
  }

  private complain({ stream, revision, position }: LoggedBody, what: string): void {
    this.violations.push(`Position ${position}, ${revision} of ${stream}, ${what}.`);
  }
}
