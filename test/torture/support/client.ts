import { setTimeout as delay } from 'node:timers/promises';
import { Gate } from '../../support/async.js';
import type { Answer } from '../../support/http-client.js';
import type { SeededRandom } from '../../support/processes/seeded-random.mjs';
import type { UserBody, UsersApi } from '../../support/users-api.js';
import type { Deed, Outcome } from './deed.js';

/** What the clients of a round share. */
export class Crowd {
  /** Everything the clients have asked for, answered or not. */
  readonly deeds: Deed[] = [];
  /** Answers that must never be given, whatever is broken. */
  readonly scandals: string[] = [];
  /** Opens when the service has done so much that it is in full swing. */
  readonly inFullSwing = new Gate();
  /** Set when the clients shall stop. */
  isOver = false;

  constructor(
    readonly users: UsersApi,
    /** Begins every name that the round gives to something. */
    readonly name: string,
    /** Users that are known to exist. */
    readonly ids: string[],
  ) {}
}

const CONTESTED = 5;
const FULL_SWING = 30;
/** Far sooner than a client is told to come back, and not so soon that it has nothing else to do. */
const RETRY_AFTER_MS = 20;

/** Creates users, changes and deactivates its own and others', and looks around, one request after the other. */
export class Client {
  private requests = 0;

  constructor(
    private readonly name: string,
    private readonly crowd: Crowd,
    private readonly random: SeededRandom,
  ) {}

  async run(): Promise<void> {
    while (!this.crowd.isOver) {
      const die = this.random.next();
      if (die < 0.4 || this.crowd.ids.length === 0) await this.create();
      else if (die < 0.7) await this.changeEmail();
      else if (die < 0.76) await this.deactivate();
      else await this.look();
    }
  }

  private async create(): Promise<void> {
    const correlationId = this.nextName();
    const user = {
      username: this.contestedOr(correlationId),
      email: `${this.contestedOr(correlationId)}@example.com`,
    };
    const headers = { 'x-correlation-id': correlationId, 'idempotency-key': correlationId };
    const answer = await this.ask(this.crowd.users.create(user, headers));
    const body = answer?.body as Partial<UserBody> | undefined;
    this.crowd.deeds.push({
      kind: 'create',
      key: correlationId,
      user,
      id: body?.id,
      ...this.result(correlationId, answer),
    });
    if (answer?.status === 201 && body?.id) this.crowd.ids.push(body.id);
  }

  private async changeEmail(): Promise<void> {
    const correlationId = this.nextName();
    const id = this.random.pick(this.crowd.ids);
    const email = `${this.contestedOr(correlationId)}@example.com`;
    const headers = {
      'x-correlation-id': correlationId,
      ...(this.random.next() < 0.2 && { 'if-match': `"${this.random.between(1, 3)}"` }),
    };
    const answer = await this.ask(this.crowd.users.changeEmail(id, email, headers));
    const result = this.result(correlationId, answer);
    this.crowd.deeds.push({ kind: 'change-email', id, email, ...result });
  }

  private async deactivate(): Promise<void> {
    const correlationId = this.nextName();
    const id = this.random.pick(this.crowd.ids);
    const headers = { 'x-correlation-id': correlationId };
    const answer = await this.ask(this.crowd.users.deactivate(id, headers));
    this.crowd.deeds.push({ kind: 'deactivate', id, ...this.result(correlationId, answer) });
  }

  private async look(): Promise<void> {
    const { users, ids } = this.crowd;
    const id = this.random.pick(ids);
    const looks = [
      () => users.list({ limit: 10 }),
      () => users.list({ limit: 10 }),
      () => users.find(id),
      () => users.find(id, { revision: 1 }),
      () => users.history(id),
    ];
    await this.ask<unknown>(this.random.pick(looks)());
  }

  /** The answer, unless the connection broke off before it came. */
  private async ask<Body>(request: Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    const answer = await request.catch(() => undefined);
    if (this.crowd.deeds.length >= FULL_SWING) this.crowd.inFullSwing.open();
    if (answer?.status === 503) await delay(RETRY_AFTER_MS);
    if (answer && answer.status >= 500 && answer.status !== 503) {
      this.crowd.scandals.push(`${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }

  private result(correlationId: string, answer: Answer | undefined) {
    const etag = /^"(\d+)"$/.exec(answer?.headers.get('etag') ?? '');
    return {
      correlationId,
      outcome: outcomeOf(answer),
      revision: etag ? Number(etag[1]) : undefined,
    };
  }

  private contestedOr(ownName: string): string {
    return this.random.next() < 0.1
      ? `${this.crowd.name}-all-${this.random.between(1, CONTESTED)}`
      : ownName;
  }

  private nextName(): string {
    this.requests += 1;
    return `${this.crowd.name}-${this.name}-${this.requests}`;
  }
}

function outcomeOf(answer: Answer | undefined): Outcome {
  if (!answer || answer.status >= 500) return 'unknown';
  return answer.status < 300 ? 'acknowledged' : 'refused';
}
