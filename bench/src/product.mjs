import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const ROOT = join(import.meta.dirname, '../..');

const requireFromRoot = createRequire(join(ROOT, 'package.json'));

/** A package that Hindsight itself depends on, in Hindsight's version, whatever the peers have brought along. */
export function rootPackage(name) {
  return requireFromRoot(name);
}

/** As `rootPackage`, for an ES module. */
export function importRootPackage(name) {
  return import(pathToFileURL(requireFromRoot.resolve(name)).href);
}

/** A module of Hindsight as it is built. */
export function product(file) {
  return import(pathToFileURL(join(ROOT, 'dist', file)).href);
}

/** The kit's public API. */
export function kit() {
  return product('event-sourcing/index.js');
}
