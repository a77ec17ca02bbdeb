import { join } from 'node:path';
import ts from 'typescript';
import { dependencyProblems } from './dependency-rules.js';
import { undocumentedExports } from './public-api.js';
import { PROJECT_ROOT, sourceFile, sourceFilesIn } from './source-files.js';
import { styleProblems } from './style-rules.js';

const KIT_API = join(PROJECT_ROOT, 'src/event-sourcing/index.ts');

describe('the sources', () => {
  const files = sourceFilesIn('src');

  it('are found', () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toContain('src/event-sourcing/index.ts');
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(300);
    for (const { imports } of files) {
      for (const { file } of imports) if (file?.startsWith('src/')) expect(paths).toContain(file);
    }
  });

  it('keep the rules about who may import whom', () => {
    expect(dependencyProblems(files)).toEqual([]);
  });

  it('keep the rules about names, length and exports', () => {
    expect(styleProblems(files)).toEqual([]);
  });
});

describe('the public API of the kit', () => {
  it('is documented, export by export', () => {
    expect(undocumentedExports(KIT_API)).toEqual([]);
  });
});

describe('the rules report', () => {
  const kitApi = '../../event-sourcing/index.js';

  it.each<[string, string, string]>([
    ['the kit importing a context', 'src/event-sourcing/a.ts', '../contexts/users/user.events.js'],
    ['the kit importing src/common', 'src/event-sourcing/a.ts', '../common/validation.pipe.js'],
    ['the kit importing HTTP', 'src/event-sourcing/a.ts', '@nestjs/platform-fastify'],
    ['the kit importing a package nobody allowed', 'src/event-sourcing/a.ts', 'lodash'],
    [
      'the kit importing the inside of a package',
      'src/event-sourcing/a.ts',
      'rxjs/internal/Subject',
    ],
    ['the kit importing its own test tools', 'src/event-sourcing/a.ts', './testing/index.js'],
    [
      'a context reaching into the kit',
      'src/contexts/a/b.ts',
      '../../event-sourcing/events/upcaster.js',
    ],
    ['ops reaching into the kit', 'src/ops/a.ts', '../event-sourcing/store/event-store.js'],
    ['test tools outside of tests', 'src/ops/a.ts', '../event-sourcing/testing/index.js'],
    [
      'a context importing an aggregate of another',
      'src/contexts/a/b.ts',
      '../users/user.aggregate.js',
    ],
    [
      'a context importing a handler of another',
      'src/contexts/a/b.ts',
      '../accounts/commands/deposit-money.command.js',
    ],
    ['a contract importing an aggregate', 'src/contexts/a/b.contract.ts', './b.aggregate.js'],
    [
      'a contract importing a handler',
      'src/contexts/a/b.contract.ts',
      './commands/open-b.command.js',
    ],
    ['money importing a context', 'src/common/money/a.ts', '../../contexts/users/user.events.js'],
    ['a context importing ops', 'src/contexts/a/b.ts', '../../ops/ops.module.js'],
    ['a context importing the application', 'src/contexts/a/b.ts', '../../app.module.js'],
    ['the hub importing a context', 'src/hub/a.ts', '../contexts/users/user.events.js'],
    ['the console importing a context', 'src/console/a.ts', '../contexts/users/user.events.js'],
    ['ops importing a context', 'src/ops/a.ts', '../contexts/users/users.module.js'],
    ['src/common importing a context', 'src/common/a.ts', '../contexts/users/user.events.js'],
    ['messaging importing a context', 'src/messaging/a.ts', '../contexts/users/user.events.js'],
    ['messaging importing settings', 'src/messaging/a.ts', '../config/app-config.js'],
    ['messaging importing its own test tools', 'src/messaging/a.ts', './testing/b.js'],
    ['a context reaching into messaging', 'src/contexts/a/b.ts', '../../messaging/nats/b.js'],
    ['the relay importing NATS', 'src/messaging/relay/a.ts', '@nats-io/jetstream'],
    ['a context importing NATS', 'src/contexts/a/b.ts', '@nats-io/jetstream'],
    ['src/common importing ops', 'src/common/a.ts', '../ops/ops.module.js'],
    ['security importing a context', 'src/security/a.ts', '../contexts/users/user.events.js'],
    ['security importing the hub', 'src/security/a.ts', '../hub/hub.module.js'],
    ['security importing settings', 'src/security/a.ts', '../config/app-config.js'],
    ['the hub importing security', 'src/hub/a.ts', '../security/security.module.js'],
    ['a context importing security', 'src/contexts/a/b.ts', '../../security/security.module.js'],
    ['a guard importing TypeORM', 'src/security/a.guard.ts', 'typeorm'],
    ['an aggregate importing Nest', 'src/contexts/a/b.aggregate.ts', '@nestjs/common'],
    ['an aggregate importing TypeORM', 'src/contexts/a/b.aggregate.ts', 'typeorm'],
    ['an aggregate importing a DTO', 'src/contexts/a/b.aggregate.ts', './b.dto.js'],
    ['events importing HTTP', 'src/contexts/a/b.events.ts', 'node:http'],
    ['events importing class-validator', 'src/contexts/a/b.events.ts', 'class-validator'],
    ['a controller importing TypeORM', 'src/contexts/a/b.controller.ts', 'typeorm'],
    ['a command importing TypeORM', 'src/contexts/a/b.command.ts', '@nestjs/typeorm'],
    ['the bus importing TypeORM', 'src/event-sourcing/event-bus/a.ts', 'typeorm'],
  ])('%s', (_, path, specifier) => {
    const problems = dependencyProblems([sourceFile(path, `import { x } from '${specifier}';`)]);
    expect(problems).not.toEqual([]);
    expect(problems[0]).toContain(`${path} imports ${specifier}: `);
  });

  it.each<[string, string, string]>([
    ['a context importing the kit', 'src/contexts/a/b.ts', kitApi],
    ['a context importing messaging', 'src/contexts/a/b.ts', '../../messaging/index.js'],
    ['the adapter importing NATS', 'src/messaging/nats/a.ts', '@nats-io/jetstream'],
    ['a context importing src/common', 'src/contexts/a/b.ts', '../../common/validation.pipe.js'],
    ['a context importing events of another', 'src/contexts/a/b.ts', '../users/user.events.js'],
    [
      'a context importing the contract of another',
      'src/contexts/a/b.ts',
      '../accounts/account.contract.js',
    ],
    ['a contract importing its constraints', 'src/contexts/a/b.contract.ts', './b.constraints.js'],
    [
      'events importing money',
      'src/contexts/a/b.events.ts',
      '../../common/money/money.value-object.js',
    ],
    ['a context importing itself', 'src/contexts/a/http/b.ts', '../b.aggregate.js'],
    ['an aggregate importing its events', 'src/contexts/a/b.aggregate.ts', './b.events.js'],
    ['an aggregate importing the kit', 'src/contexts/a/b.aggregate.ts', kitApi],
    [
      'a context saying what it takes',
      'src/contexts/a/b.ts',
      '../../common/access/needs.decorator.js',
    ],
    ['security importing src/common', 'src/security/a.ts', '../common/access/rights.js'],
    ['the server importing security', 'src/server.module.ts', './security/security.module.js'],
    ['an entity importing TypeORM', 'src/contexts/a/b.entity.ts', 'typeorm'],
    [
      'the application importing a context',
      'src/app.module.ts',
      './contexts/users/users.module.js',
    ],
    [
      'a test importing test tools',
      'src/contexts/a/b.spec.ts',
      '../../event-sourcing/testing/index.js',
    ],
    [
      'a test of the kit importing test support',
      'src/event-sourcing/a.spec.ts',
      '../../test/support/async.js',
    ],
  ])('not %s', (_, path, specifier) => {
    expect(dependencyProblems([sourceFile(path, `import { x } from '${specifier}';`)])).toEqual([]);
  });

  it.each([
    `import type { x } from 'fastify';`,
    `import 'fastify';`,
    `import * as x from 'fastify';`,
    `export { x } from 'fastify';`,
    `export * from 'fastify';`,
    `const x = await import('fastify');`,
    `type X = import('fastify').FastifyInstance;`,
  ])('what is imported by %s', (text) => {
    expect(dependencyProblems([sourceFile('src/event-sourcing/a.ts', text)])).toHaveLength(1);
  });

  it.each([
    ['a name that is not in kebab-case', 'src/ops/healthCheck.ts', ''],
    ['a folder that is not in kebab-case', 'src/Ops/health.ts', ''],
    ['a role that is not in kebab-case', 'src/ops/health.Controller.ts', ''],
    ['a file that is too long', 'src/ops/health.ts', '\n'.repeat(300) + 'const x = 1;\n'],
    ['a default export', 'src/ops/health.ts', 'const x = 1;\nexport default x;'],
    ['a default class', 'src/ops/health.ts', 'export default class Health {}'],
    ['a default function', 'src/ops/health.ts', 'export default function health() {}'],
    ['an export named default', 'src/ops/health.ts', 'const x = 1;\nexport { x as default };'],
  ])('%s', (_, path, text) => {
    expect(styleProblems([sourceFile(path, text)])).toHaveLength(1);
  });

  it('nothing about a file of 300 lines with named exports', () => {
    const text = 'export const x = 1;\n'.repeat(300);
    expect(styleProblems([sourceFile('src/ops/health-check.controller.ts', text)])).toEqual([]);
  });

  it('exports without documentation, wherever they are declared', () => {
    const sources: Record<string, string> = {
      '/api/index.ts': `export * from './a.js';\nexport { B as C } from './b.js';\n`,
      '/api/a.ts': `/** Documented. */\nexport class A {}\nexport interface Bare {}\n// No doc.\nexport type Alias = 1;`,
      '/api/b.ts': `export const B = 1;\n/** Not exported by the index. */\nexport const D = 1;`,
    };
    expect(undocumentedExports('/api/index.ts', hostOf(sources)).toSorted()).toEqual([
      'Alias',
      'B',
      'Bare',
    ]);
  });
});

/** A file system that holds these sources and nothing else. */
function hostOf(sources: Readonly<Record<string, string>>): ts.CompilerHost {
  return {
    ...ts.createCompilerHost({}),
    fileExists: (name) => name in sources,
    readFile: (name) => sources[name],
    getSourceFile: (name, target) =>
      name in sources ? ts.createSourceFile(name, sources[name], target) : undefined,
    directoryExists: (name) => name === '/api' || name === '/',
    getCurrentDirectory: () => '/',
  };
}
