import { BlockList, isIP } from 'node:net';

export const LOOPBACK = '127.0.0.1';
const LOOPBACKS = new BlockList();
LOOPBACKS.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACKS.addAddress('::1', 'ipv6');

/** Whether only this machine reaches what listens there; not of a name, which may come to mean something else. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACKS.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
