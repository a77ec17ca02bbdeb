import { isIPv6 } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { SECURITY_OPTIONS, type SecurityOptions } from '../security-options.js';

const WINDOW_S = 60;
const IPV6_GROUPS = 8;
const IPV6_NETWORK_GROUPS = 4;

/** What is left of a limit. */
export interface Allowance {
  readonly isExceeded: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** When there is all of it again. */
  readonly resetSeconds: number;
}

/** Counts requests, in this process. */
@Injectable()
export class RateLimits {
  private readonly identities: RateLimiterMemory;
  private readonly addresses: RateLimiterMemory;

  constructor(@Inject(SECURITY_OPTIONS) options: SecurityOptions) {
    const { requestsPerMinute, anonymousRequestsPerMinute } = options;
    this.identities = new RateLimiterMemory({ points: requestsPerMinute, duration: WINDOW_S });
    this.addresses = new RateLimiterMemory({
      points: anonymousRequestsPerMinute,
      duration: WINDOW_S,
    });
  }

  /** Counts a request of somebody who is known. */
  ofIdentity(actor: string): Promise<Allowance> {
    return take(this.identities, actor);
  }

  /** Counts a request of somebody who is not. */
  ofAddress(address: string): Promise<Allowance> {
    return take(this.addresses, networkOf(address));
  }
}

async function take(limiter: RateLimiterMemory, who: string): Promise<Allowance> {
  let isExceeded = false;
  const { remainingPoints, msBeforeNext } = await limiter.consume(who).catch((error: unknown) => {
    if (error instanceof Error) throw error;
    isExceeded = true;
    return error as RateLimiterRes;
  });
  return {
    isExceeded,
    limit: limiter.points,
    remaining: remainingPoints,
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  };
}

/** Whoever has one address of version 6 has a whole network of them; one of version 4 is itself, however it is written. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [left, right] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = IPV6_GROUPS - left.length - (right?.length ?? 0);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...(right ?? [])];
  return groups.slice(0, IPV6_NETWORK_GROUPS).join(':');
}
