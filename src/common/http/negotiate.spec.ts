import assert from 'node:assert/strict';
import { negotiate } from './negotiate.js';

const SPECIAL = [
  'application/x-ndjson',
  'application/a+json',
  'application/json;mode=binary',
] as const;

describe('The form of an answer', () => {
  const cases: readonly [string | undefined, string][] = [
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
    ['application/*', 'application/json'],
    ['application/a+json', 'application/a+json'],
    ['APPLICATION/A+JSON; charset=utf-8', 'application/a+json'],
    ['application/a+json, */*', 'application/a+json'],
    ['application/a+json;q=0.5, */*', 'application/json'],
    ['application/a+json;q=0.5, */*;q=0.1', 'application/a+json'],
    ['application/a+json;q=0.5, application/*;q=0.6, */*;q=0.1', 'application/json'],
    ['application/json, application/a+json', 'application/a+json'],
    ['application/json, application/a+json;q=0.9', 'application/json'],
    ['application/json;q=0.1, application/a+json;q=0.2', 'application/a+json'],
    ['application/a+json;q=0', 'application/json'],
    ['application/a+json;q=rubbish', 'application/json'],
    ['application/a+json, application/x-ndjson', 'application/x-ndjson'],
    ['application/a+json, application/x-ndjson;q=0.9', 'application/a+json'],
    ['application/json; mode=binary', 'application/json;mode=binary'],
    ['application/json;mode=other', 'application/json'],
    ['application/json;mode=binary;q=0.5, application/json', 'application/json'],
  ];
  for (const [accept, form] of cases) {
    it(`is ${form} for ${accept ?? 'nothing'}`, () => {
      assert.equal(negotiate(accept, SPECIAL, 'application/json'), form);
    });
  }
});
