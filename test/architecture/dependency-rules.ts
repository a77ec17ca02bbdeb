import type { Import, SourceFile } from './source-files.js';

/** Says what is wrong with an import of a file, if anything. */
export type DependencyRule = (path: string, imported: Import) => string | undefined;

const KIT = 'src/event-sourcing/';
const KIT_API = `${KIT}index.ts`;
const KIT_TESTING_API = `${KIT}testing/index.ts`;
const SPEC = /\.spec\.ts$/;

/** Packages the kit may use: Nest, its database, a client of HTTP for a hub elsewhere, and small libraries; no server. */
const PACKAGES_OF_THE_KIT =
  /^(@nestjs\/(common|core|cqrs|typeorm)|@nestjs\/core\/injector\/instance-wrapper\.js|typeorm|rxjs|class-validator|uuid|better-sqlite3|pg|undici|eventsource-parser|node:.+)$/;

const MESSAGING = 'src/messaging/';
const MESSAGING_API = `${MESSAGING}index.ts`;
/** The broker's own packages, which nothing but its adapter knows. */
const NATS = /^@nats-io\//;

/** Who may know TypeORM: what keeps something in a database, what reads it there, and what puts these together. */
const MAY_KNOW_TYPEORM = [
  /^src\/event-sourcing\/(store|processing|projections|sagas|testing)\//,
  /^src\/messaging\/(consumer\/|messaging\.module\.ts$)/,
  /^src\/config\//,
  /^src\/app\.module\.ts$/,
  /^src\/(contexts|demo|hub|console|ops|security)\/.*\.(entity|migration|projection|query|module)\.ts$/,
];
const TYPEORM = /^(typeorm|@nestjs\/typeorm)(\/|$)/;

/** The heart of a context: what its rules are, and nothing about how they are reached or where they are kept. */
const DOMAIN = /^src\/(contexts|common\/money)\/.*\.(aggregate|events|errors|value-object)\.ts$/;
const PACKAGES_OF_THE_DOMAIN = /^node:crypto$/;

/** What a context lets others know of it: what has happened in it, and what it may be asked to do. */
const DOOR = /\.(events|contract)\.ts$/;
const CONTRACT = /^src\/contexts\/.*\.contract\.ts$/;
const KNOWN_TO_A_CONTRACT = /\.(events|contract|constraints|dto)\.ts$/;

/** What puts security in front of the rest, and makes keys. */
const MAY_KNOW_SECURITY = /^src\/(security\/|config\/|cli\/|demo\/services\/|server\.module\.ts$)/;

/** What puts contexts together. */
const MAY_KNOW_CONTEXTS = /^src\/(app\.module\.ts$|demo\/|contexts\/)/;
const CONTEXT = /^src\/contexts\/([^/]+)\//;

function kitStandsAlone(path: string, { specifier, file }: Import): string | undefined {
  if (!path.startsWith(KIT) || SPEC.test(path)) return undefined;
  if (file === undefined) {
    return PACKAGES_OF_THE_KIT.test(specifier) ? undefined : 'the kit does not use this package';
  }
  if (!file.startsWith(KIT)) return 'the kit imports nothing else of this project';
  return file.startsWith(`${KIT}testing/`) && !path.startsWith(`${KIT}testing/`)
    ? 'only tests import what is for tests'
    : undefined;
}

function kitHasOneDoor(path: string, { file }: Import): string | undefined {
  if (path.startsWith(KIT) || !file?.startsWith(KIT)) return undefined;
  if (file === KIT_API) return undefined;
  if (file === KIT_TESTING_API) {
    return SPEC.test(path) ? undefined : 'only tests import what is for tests';
  }
  const door = file.startsWith(`${KIT}testing/`) ? KIT_TESTING_API : KIT_API;
  return `from outside, this is imported through ${door}`;
}

function contextsKnowOneAnotherByTheirDoors(path: string, { file }: Import): string | undefined {
  const own = CONTEXT.exec(path)?.[1];
  if (own === undefined || file === undefined) return undefined;
  const other = CONTEXT.exec(file)?.[1];
  if (other === own || file.startsWith(KIT) || file.startsWith('src/common/')) return undefined;
  if (file === MESSAGING_API) return undefined;
  if (other === undefined) {
    return 'a context imports the kit, src/common, src/messaging/index.ts and other contexts';
  }
  return DOOR.test(file)
    ? undefined
    : 'a context imports another one only through its *.events.ts and *.contract.ts';
}

function contractsLetNobodyIn(path: string, { file }: Import): string | undefined {
  if (!CONTRACT.test(path) || !file || !CONTEXT.test(file)) return undefined;
  return KNOWN_TO_A_CONTRACT.test(file)
    ? undefined
    : 'a contract knows no more of its context than its events, constraints and views';
}

function nobodyElseKnowsContexts(path: string, { file }: Import): string | undefined {
  return file && CONTEXT.test(file) && !MAY_KNOW_CONTEXTS.test(path)
    ? 'only the composition root imports a context'
    : undefined;
}

function commonIsBelow(path: string, { file }: Import): string | undefined {
  if (!path.startsWith('src/common/') || file === undefined) return undefined;
  return file.startsWith('src/common/') || file.startsWith(KIT)
    ? undefined
    : 'src/common imports the kit, and nothing that is built on it';
}

function securityStandsApart(path: string, { file }: Import): string | undefined {
  if (!path.startsWith('src/security/') || SPEC.test(path) || file === undefined) return undefined;
  return ['src/security/', 'src/common/', KIT].some((folder) => file.startsWith(folder))
    ? undefined
    : 'security imports the kit and src/common, so that it can guard whatever there is';
}

function fewKnowWhoIsAsked(path: string, { file }: Import): string | undefined {
  if (!file?.startsWith('src/security/')) return undefined;
  return MAY_KNOW_SECURITY.test(path)
    ? undefined
    : 'what is guarded says what it takes in the words of src/common/access, and knows no more of it';
}

function messagingIsBelow(path: string, { specifier, file }: Import): string | undefined {
  if (SPEC.test(path)) return undefined;
  if (NATS.test(specifier) && !path.startsWith(`${MESSAGING}nats/`)) {
    return 'only the adapter in src/messaging/nats knows NATS';
  }
  if (!path.startsWith(MESSAGING)) {
    return file?.startsWith(MESSAGING) && file !== MESSAGING_API
      ? `from outside, this is imported through ${MESSAGING_API}`
      : undefined;
  }
  if (file === undefined) return undefined;
  if (file.startsWith(`${MESSAGING}testing/`) && !path.startsWith(`${MESSAGING}testing/`)) {
    return 'only tests import what is for tests';
  }
  const isBelow = [KIT, 'src/common/', MESSAGING].some((folder) => file.startsWith(folder));
  return isBelow ? undefined : 'src/messaging imports the kit and src/common';
}

function domainIsPure(path: string, { specifier, file }: Import): string | undefined {
  if (!DOMAIN.test(path)) return undefined;
  const pure =
    file === undefined
      ? PACKAGES_OF_THE_DOMAIN.test(specifier)
      : file === KIT_API || DOMAIN.test(file);
  return pure
    ? undefined
    : 'aggregates, events and errors know nothing but one another and the kit';
}

function fewKnowTypeOrm(path: string, { specifier }: Import): string | undefined {
  if (!TYPEORM.test(specifier) || SPEC.test(path)) return undefined;
  return MAY_KNOW_TYPEORM.some((allowed) => allowed.test(path))
    ? undefined
    : 'TypeORM is for entities, migrations, projections, queries, modules and the store';
}

export const DEPENDENCY_RULES: readonly DependencyRule[] = [
  kitStandsAlone,
  kitHasOneDoor,
  contextsKnowOneAnotherByTheirDoors,
  contractsLetNobodyIn,
  nobodyElseKnowsContexts,
  commonIsBelow,
  securityStandsApart,
  fewKnowWhoIsAsked,
  messagingIsBelow,
  domainIsPure,
  fewKnowTypeOrm,
];

/** What is wrong with the imports of these files, one line each. */
export function dependencyProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap((imported) =>
      DEPENDENCY_RULES.flatMap((rule) => {
        const problem = rule(path, imported);
        return problem ? [`${path} imports ${imported.specifier}: ${problem}`] : [];
      }),
    ),
  );
}
