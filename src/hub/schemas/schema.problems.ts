import { ProblemException } from '../../common/problem/problem.exception.js';

/** Something about a schema, or about data, at a place of it. */
export interface Finding {
  /** A JSON pointer; empty for the whole. */
  readonly pointer: string;
  readonly message: string;
}

/** A schema that cannot be registered. */
export function invalidSchema(findings: readonly Finding[]): ProblemException {
  return new ProblemException({
    status: 422,
    code: 'invalid-schema',
    detail: `The schema cannot be registered: ${sentencesOf(findings)}`,
    extensions: { differences: findings },
  });
}

/** A schema that events of a neighbouring version would not fit. */
export function incompatibleSchema(
  mode: string,
  neighbour: number,
  differences: readonly Finding[],
): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'incompatible-schema',
    detail:
      `The schema is not compatible with version ${neighbour}, and the mode of the type is ${mode}: ` +
      sentencesOf(differences),
    extensions: { differences },
  });
}

export function schemaExists(type: string, version: number): ProblemException {
  return new ProblemException({
    status: 409,
    code: 'schema-exists',
    detail: `Version ${version} of "${type}" has another schema, and schemas never change. Register a new version.`,
  });
}

export function schemaNotFound(what: string): ProblemException {
  return new ProblemException({
    status: 404,
    code: 'schema-not-found',
    detail: `There is no schema of ${what}.`,
  });
}

/** What of the data of an event is not as its schema has it. */
export interface Violation extends Finding {
  /** The id of the event. */
  readonly event: string;
}

export function schemaViolation(violations: readonly Violation[]): ProblemException {
  return new ProblemException({
    status: 422,
    code: 'schema-violation',
    detail: `Nothing was written, as data does not fit its schema: ${sentencesOf(violations)}`,
    extensions: { violations },
  });
}

const MOST_IN_A_SENTENCE = 3;

function sentencesOf(findings: readonly Finding[]): string {
  const said = findings
    .slice(0, MOST_IN_A_SENTENCE)
    .map(({ pointer, message }) => (pointer === '' ? message : `${pointer} ${message}`));
  const left = findings.length - said.length;
  return `${said.join('; ')}${left > 0 ? `; and ${left} more` : ''}.`;
}
