import { setTimeout as delay } from 'node:timers/promises';
import type { DeliveryBody, GroupApi, GroupMember } from '../../../support/groups-api.js';
import type { Answer } from '../../../support/http-client.js';
import type { LoggedBody } from '../../../support/hub-api.js';
import type { SeededRandom } from '../../../support/processes/seeded-random.mjs';
import type { GroupOracle, Holder } from './group-oracle.js';

const PAUSE_MS = 20;

/**
 * A worker of a group. To the hub it is a client of HTTP like any other: one that is killed is one that says nothing any
 * more, in the midst of whatever it does.
 */
export class GroupWorker implements Holder {
  leaseLastsUntil = 0;
  private member: GroupMember | undefined;
  private isKilled = false;
  private isToDieAtWork = false;
  private isToStandStill = false;
  private isToLeave = false;
  private isToStartAnew = false;

  /** @param group the group, at a hub that may be another one each time, and may be dead */
  constructor(
    readonly name: string,
    private readonly group: () => GroupApi,
    private readonly leaseMs: number,
    private readonly oracle: GroupOracle,
    private readonly random: SeededRandom,
  ) {}

  /** Works until it is killed or has left. */
  async run(): Promise<void> {
    while (!this.isKilled) {
      try {
        if (this.isToLeave) return await this.leave();
        if (this.isToStartAnew) await this.leave();
        await this.turn();
      } catch (error) {
        if (!isOfConnection(error)) throw error;
        await delay(PAUSE_MS);
        // It may have been given something that it does not know of.
        this.isToStartAnew = true;
      }
    }
  }

  kill(): void {
    this.isKilled = true;
    this.oracle.isDead(this);
  }

  /** Kills it as soon as it has something. */
  killAtWork(): void {
    this.isToDieAtWork = true;
  }

  /** Has it stand still for longer than its lease as soon as it has something. */
  standStill(): void {
    this.isToStandStill = true;
  }

  dismiss(): void {
    this.isToLeave = true;
  }

  private async turn(): Promise<void> {
    this.member ??= await this.join();
    if (!this.member) return;
    const { member } = this;
    const sentAt = performance.now();
    const answer = await this.say(() =>
      this.here(member).ask({ limit: this.random.between(1, 20), waitMs: 100 }),
    );
    if (answer?.status !== 200) return;
    this.oracle.received(this, answer.body.items, sentAt);
    await this.handle(answer.body.items);
  }

  private async handle(items: readonly DeliveryBody[]): Promise<void> {
    const events = items.map(({ event }) => event);
    if (events.length === 0) return;
    if (this.isToDieAtWork) return this.kill();
    const isLate = this.isToStandStill;
    this.isToStandStill = false;
    await delay(isLate ? this.leaseMs * 1.5 : this.random.between(0, 20));
    if (this.isKilled) return;
    const isPartly = this.random.next() < 0.1;
    const done = isPartly ? events.slice(0, this.random.between(0, events.length)) : events;
    for (const event of done) this.oracle.workedOn(event);
    const isMember = await this.acknowledge(done, isLate);
    if (isMember) await this.refuse(events.slice(done.length));
  }

  private async acknowledge(done: readonly LoggedBody[], isLate: boolean): Promise<boolean> {
    const { member } = this;
    if (done.length === 0 || !member) return true;
    this.oracle.acknowledging(done);
    const positions = done.map(({ position }) => position);
    const answer = await this.say(() => this.here(member).ack(...positions));
    if (!answer) return false;
    this.oracle.acknowledged(done, answer.status === 200);
    if (isLate && answer.status === 200) {
      this.oracle.violations.push(`${this.name} has acknowledged after its lease had run out.`);
    }
    return answer.status === 200;
  }

  private async refuse(rest: readonly LoggedBody[]): Promise<void> {
    const { member } = this;
    if (rest.length === 0 || !member || this.isKilled) return;
    this.oracle.givenBack(rest);
    const positions = rest.map(({ position }) => position);
    await this.say(() =>
      this.here(member).nack(positions, { delayMs: this.random.between(0, 50) }),
    );
  }

  private async join(): Promise<GroupMember | undefined> {
    const sentAt = performance.now();
    const { status, body } = await this.group().join();
    if (status === 201 && !this.isKilled) {
      this.leaseLastsUntil = sentAt + this.leaseMs;
      return this.group().member(body.id);
    }
    await delay(PAUSE_MS);
    return undefined;
  }

  private async leave(): Promise<void> {
    const { member } = this;
    this.oracle.hasNothing(this);
    if (member) await this.here(member).leave();
    this.member = undefined;
    this.isToStartAnew = false;
  }

  private here({ id }: GroupMember): GroupMember {
    return this.group().member(id);
  }

  /** Undefined once it is dead. Who is told that its lease is lost, has nothing any more. */
  private async say<Body>(request: () => Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    const sentAt = performance.now();
    const answer = await request();
    if (this.isKilled) return undefined;
    const { code } = (answer.body ?? {}) as { readonly code?: string };
    if (code === 'lease-lost') {
      this.member = undefined;
      this.oracle.hasNothing(this);
    } else if (answer.status === 200) {
      this.leaseLastsUntil = sentAt + this.leaseMs;
    } else {
      this.oracle.violations.push(`${this.name} was answered ${answer.status} ${code}.`);
    }
    return answer;
  }
}

/** Whether it is what fetch throws where no hub listens, or where one dies while it answers. */
function isOfConnection(error: unknown): boolean {
  return ['fetch failed', 'terminated'].includes((error as Error).message);
}
