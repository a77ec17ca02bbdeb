import { isIP } from 'node:net';
import type { SettingsReader } from './settings-reader.js';

const BITS: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

/** Whose word is taken for where a request comes from: addresses, and networks such as 10.0.0.0/8. */
export function readTrustedProxies(settings: SettingsReader): readonly string[] {
  return (
    settings.optionalParsed(
      'TRUSTED_PROXIES',
      'type the addresses or networks of the proxies in front of this server, separated by commas, for example ' +
        'TRUSTED_PROXIES=127.0.0.1,10.0.0.0/8; leave it out where there are none',
      parseNetworks,
    ) ?? []
  );
}

function parseNetworks(text: string): readonly string[] | undefined {
  const networks = text.split(',').map((each) => each.trim());
  return networks.every(isNetwork) ? networks : undefined;
}

function isNetwork(text: string): boolean {
  const [address, prefix, ...rest] = text.split('/');
  const bits = BITS[isIP(address)];
  if (bits === undefined || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
}
