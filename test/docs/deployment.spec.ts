import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { AppConfig } from '../../src/config/app-config.js';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');
const UNIT = 'systemd/hindsight@.service';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const deployed = (path: string): string => read(join('deploy', path));
const linesAfter = (text: string, start: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length).trim());

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
}

interface ComposeService {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

const COMPOSE_FILES = readdirSync(DEPLOY).filter((name) => name.startsWith('compose.'));
const compose = (file: string): ComposeFile =>
  parse(deployed(file), { merge: true }) as ComposeFile;

/** As compose fills in `${NAME}`, `${NAME:-}` and `${NAME:?…}`. */
const filledIn = (text: string): string => text.replaceAll(/\$\{[A-Z_]+(?::[^}]*)?\}/g, 'secret');

/** The settings of every process of these files, by the name of the process. */
function processes(): [string, Readonly<Record<string, string>>][] {
  const inContainers = COMPOSE_FILES.flatMap((file) =>
    Object.entries(compose(file).services)
      .filter(([, { image }]) => image === 'hindsight')
      .map(([name, { environment = {} }]): [string, Record<string, string>] => [
        `${name} of ${file}`,
        Object.fromEntries(Object.entries(environment).map(([key, text]) => [key, filledIn(text)])),
      ]),
  );
  const common = linesAfter(deployed(UNIT), 'Environment=').join('\n').replaceAll(/%[Si]/g, 'x');
  const inUnits = readdirSync(join(DEPLOY, 'systemd'))
    .filter((name) => name.endsWith('.env'))
    .map((name): [string, Record<string, string>] => [
      name,
      { ...parseEnv(common), ...parseEnv(deployed(join('systemd', name))) } as Record<
        string,
        string
      >,
    ]);
  return [...inContainers, ...inUnits];
}

const documented = new Set(
  ['README.md', 'docs/messaging.md'].flatMap((document) =>
    [...read(document).matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) /gm)].flatMap(([, names]) =>
      names.replaceAll('`', '').split(', '),
    ),
  ),
);

describe('The files in deploy', () => {
  it('run the hub, three services, instances, and all in one', () => {
    expect(processes()).toHaveLength(11);
  });

  it.each(processes())(
    'give %s settings that are documented and with which it starts',
    (_, settings) => {
      expect(Object.keys(settings).filter((name) => !documented.has(name))).toEqual([]);
      expect(() => AppConfig.fromEnvironment(settings)).not.toThrow();
    },
  );

  it.each(COMPOSE_FILES)('%s: what its services name is there', (file) => {
    const { services, volumes } = compose(file);
    for (const service of Object.values(services)) {
      expect(Object.keys(services)).toEqual(
        expect.arrayContaining(Object.keys(service.depends_on ?? {})),
      );
      for (const source of (service.volumes ?? []).map((volume) => volume.split(':')[0])) {
        if (source.startsWith('.')) expect(existsSync(join(DEPLOY, source))).toBe(true);
        else expect(Object.keys(volumes)).toContain(source);
      }
    }
  });

  it('start the server as npm start does', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const [inContainers] = linesAfter(deployed('Dockerfile'), 'CMD ').filter((line) =>
      line.startsWith('['),
    );
    expect((JSON.parse(inContainers) as string[]).join(' ')).toBe(scripts.start);
    expect(linesAfter(deployed(UNIT), 'ExecStart=')).toEqual([`/usr/bin/${scripts.start}`]);
  });

  it('build an image of files that are there and are sent to the builder', () => {
    const allowed = linesAfter(read('.dockerignore'), '!');
    const copied = linesAfter(deployed('Dockerfile'), 'COPY ')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1));
    expect(copied).toContain('src');
    for (const path of copied) {
      expect(allowed).toContain(path.replace('./', ''));
      expect(existsSync(join(ROOT, path))).toBe(true);
    }
  });
});
