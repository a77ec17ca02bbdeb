import type { SecurityOptions, TokenOptions } from '../security/security-options.js';
import { isLoopback } from './loopback.js';
import type { SettingsReader } from './settings-reader.js';

const SWITCH = ['on', 'off'] as const;
const MOST_REQUESTS = 100_000_000;

/** How the server finds out who sends a request; undefined where it asks nobody, as it may on loopback only. */
export function readAuthSettings(
  settings: SettingsReader,
  host: string,
): SecurityOptions | undefined {
  const isOn = settings.oneOf('AUTH', SWITCH, 'off') === 'on';
  settings.demand(
    isOn || isLoopback(host),
    `HOST is "${host}" and AUTH is off: whoever reaches this server could read and change everything. Type AUTH=on, and ` +
      'make a key with: npm run hub -- keys create <name> --read user. Or listen on this machine, for example ' +
      'HOST=127.0.0.1',
  );
  const tokens = readTokenSettings(settings, isOn);
  const requestsPerMinute = settings.integer('RATE_LIMIT', {
    min: 1,
    max: MOST_REQUESTS,
    default: 120_000,
  });
  const anonymousRequestsPerMinute = settings.integer('RATE_LIMIT_ANONYMOUS', {
    min: 1,
    max: MOST_REQUESTS,
    default: 600,
  });
  if (!isOn) return undefined;
  return { ...(tokens && { tokens }), requestsPerMinute, anonymousRequestsPerMinute };
}

function readTokenSettings(settings: SettingsReader, isOn: boolean): TokenOptions | undefined {
  const jwksUrl = settings.optionalUrl(
    'JWT_JWKS_URL',
    'https://login.example.com/.well-known/jwks.json',
  );
  const issuer = settings.optional('JWT_ISSUER');
  const audience = settings.optional('JWT_AUDIENCE');
  const named = { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience };
  const missing = Object.entries(named).filter(([, value]) => value === undefined);
  if (missing.length === Object.keys(named).length) return undefined;
  settings.demand(
    isOn,
    'JWT_JWKS_URL, JWT_ISSUER or JWT_AUDIENCE is set and AUTH is off: nobody would be asked for a token. Type AUTH=on, or ' +
      'take them out',
  );
  for (const [name] of missing) {
    settings.demand(
      false,
      `${name} is not set: tokens are taken when JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE are. Type ${name}=…, or take ` +
        'the others out',
    );
  }
  if (!jwksUrl || issuer === undefined || audience === undefined) return undefined;
  settings.demand(
    jwksUrl.protocol === 'https:' || isLoopback(jwksUrl.hostname.replace(/^\[|\]$/g, '')),
    `JWT_JWKS_URL is "${jwksUrl.href}": whoever sits in between could put keys of their own in. Type an address with ` +
      'https, for example JWT_JWKS_URL=https://login.example.com/.well-known/jwks.json',
  );
  return { jwksUrl, issuer, audience };
}
