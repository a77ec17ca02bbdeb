import { type Right, Rights } from '../../../src/common/access/rights.js';
import { CreateApiKeys1764000000401 } from '../../../src/security/keys/create-api-keys.migration.js';
import { formatKey, hashOf, newKeyText } from '../../../src/security/keys/key-text.js';
import { openDatabase, type OpenDatabase, type TestDatabase } from '../databases.js';
import type { RequestHeaders } from '../http-client.js';
import type { LoggedEvent } from '../logged-events.js';
import type { Operation } from './openapi-document.js';
import type { RawAnswer } from './raw-request.js';

/** Somebody who sends requests to a server that asks who they are. */
export interface FuzzingCaller {
  readonly name: string;
  readonly rights: Rights;
  readonly headers: RequestHeaders;
}

const RIGHTS: Readonly<Record<string, string>> = {
  everything: 'read:* append:* operate',
  parcels: 'read:parcel append:parcel',
  reader: 'read:*',
  operator: 'operate',
};
const NOBODY: readonly FuzzingCaller[] = [
  { name: 'nobody', rights: Rights.in(''), headers: {} },
  { name: 'forger', rights: Rights.in(''), headers: bearer(formatKey(newKeyText())) },
];
/** One request of so many comes from somebody who may not do everything. */
const LESSER_EVERY = 4;

/** Where everybody is answered 200: each part has an answer of its own, or is left out. */
const ANSWERED_BY_PARTS = /^(POST \/api\/v1\/appends|GET \/api\/v1\/(schemas|groups))$/;
const SHOWS_EVENTS = /^GET \/api\/v1\/(events|streams)\b/;
/** As the document says what an operation takes: a right, whose category may depend on the request. */
const NEED = /(?:(read|append):(\w+|<category>)|operate)/;

/** Those who send fuzzed requests: most may do everything, some a part, some nothing. */
export class FuzzingCallers {
  private constructor(
    private readonly callers: readonly FuzzingCaller[],
    /** What stands in the log before is nobody's. */
    private readonly after: number,
  ) {}

  /** Keeps their keys in the database of a server to be started. */
  static async on(database: TestDatabase): Promise<FuzzingCallers> {
    const open = await openDatabase(database);
    try {
      await open.migrate([CreateApiKeys1764000000401]);
      const callers: FuzzingCaller[] = [];
      for (const [name, rights] of Object.entries(RIGHTS)) {
        callers.push({
          name,
          rights: Rights.in(rights),
          headers: await newKey(open, name, rights),
        });
      }
      return new FuzzingCallers([...callers, ...NOBODY], await open.store.headPosition());
    } finally {
      await open.close();
    }
  }

  /** The headers of the one who may do everything. */
  get everything(): RequestHeaders {
    return this.callers[0].headers;
  }

  of(nth: number): FuzzingCaller {
    const [everything, ...lesser] = this.callers;
    return nth % LESSER_EVERY > 0 ? everything : lesser[(nth / LESSER_EVERY) % lesser.length];
  }

  /** Events in the log whose actor may not append them. */
  trespassesIn(log: readonly LoggedEvent[]): string[] {
    const isTrespass = ({ position, stream, actor }: LoggedEvent): boolean => {
      const caller = this.callers.find(({ name }) => actor === `key:${name}`);
      return position > this.after && !caller?.rights.has(`append:${categoryOf(stream)}`);
    };
    return log
      .filter(isTrespass)
      .map(({ position, stream, actor }) => `${actor} has appended ${position} to ${stream}`);
  }
}

/** What was done for somebody who has no right to it, as their answer tells it. */
export function trespasses(
  { name, rights, headers }: FuzzingCaller,
  { status, body }: RawAnswer,
  operation: Operation,
): string[] {
  if (status >= 400 || operation.security?.length === 0) return [];
  if (NOBODY.some((nobody) => nobody.headers === headers)) return [`${name} is answered ${status}`];
  const [right, verb, category] = NEED.exec(operation.responses['403'].description) ?? [];
  const mayBePermitted =
    category === '<category>' ? rights.toString().includes(`${verb}:`) : rights.has(right as Right);
  if (!mayBePermitted && !ANSWERED_BY_PARTS.test(operation.name)) {
    return [`${name} is answered ${status}, and has no right ${right} to ${operation.name}`];
  }
  return SHOWS_EVENTS.test(operation.name) && body.startsWith('{')
    ? streamsIn(body)
        .filter((stream) => !rights.has(`read:${categoryOf(stream)}`))
        .map((stream) => `${name} is shown an event of ${stream}`)
    : [];
}

async function newKey(
  { transactions }: OpenDatabase,
  name: string,
  rights: string,
): Promise<RequestHeaders> {
  const text = newKeyText();
  await transactions.run((manager) =>
    manager.query(
      `INSERT INTO hub_api_keys (id, name, secret_hash, rights, created_at)
        VALUES ('${text.id}', '${name}', '${hashOf(text.secret)}', '${rights}', ${Date.now()})`,
    ),
  );
  return bearer(formatKey(text));
}

/** Of the events themselves, not of what they carry. */
function streamsIn(body: string): string[] {
  const {
    items = [],
    event,
    cause,
    effects = [],
  } = JSON.parse(body) as {
    readonly items?: readonly { readonly stream: string }[];
    readonly event?: { readonly stream: string };
    readonly cause?: { readonly stream: string } | null;
    readonly effects?: readonly { readonly stream: string }[];
  };
  return [...items, event, cause, ...effects].flatMap((shown) => shown?.stream ?? []);
}

/** The one that its rights speak of: a schema belongs to the category of its type. */
function categoryOf(stream: string): string {
  const [, category] = /^(?:schema-)?([a-z][a-z0-9_]*)[-.]/.exec(stream) ?? [];
  return category;
}

function bearer(text: string): RequestHeaders {
  return { authorization: `Bearer ${text}` };
}
