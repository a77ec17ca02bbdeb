const swc = {
  sourceMaps: true,
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
  },
};

/** @type {import('jest').Config} */
export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{src,test,docs}/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // `js` stays first: the mapper below also rewrites the imports inside node_modules.
  moduleFileExtensions: ['js', 'ts', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  coverageProvider: 'v8',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  testTimeout: 30_000,
  // Each ES module test file adds about 14 MB to its worker's heap, so workers are few and recycled.
  // One more than a small machine has cores, as tests wait for databases, processes and leases.
  maxWorkers: 3,
  workerIdleMemoryLimit: '512MB',
};
