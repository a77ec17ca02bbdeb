/** What an identity may be allowed to do. `*` stands for every category. */
export type Right = `read:${string}` | `append:${string}` | 'operate' | 'delegate';

const RIGHT = /^(?:(?:read|append):(?:[a-z][a-z0-9_]*|\*)|operate|delegate)$/;
const ALL = '*';

/** Whether a text says a right, in the grammar that keys and the scope of tokens share. */
export function isRight(text: string): text is Right {
  return RIGHT.test(text);
}

/** The rights of an identity: nothing is allowed that they do not name. */
export class Rights {
  private constructor(private readonly granted: ReadonlySet<string>) {}

  /** Of these texts, those that are rights: the scope of a token may speak of other things. */
  static among(texts: Iterable<string>): Rights {
    return new Rights(new Set([...texts].filter(isRight)));
  }

  /** As they stand in a scope and in a row of the table of keys: separated by spaces. */
  static in(text: string): Rights {
    return Rights.among(text.split(' '));
  }

  has(right: Right): boolean {
    const [verb] = right.split(':', 1);
    return this.granted.has(right) || (verb !== right && this.granted.has(`${verb}:${ALL}`));
  }

  /** The categories that may be read. */
  get readable(): 'all' | readonly string[] {
    if (this.granted.has(`read:${ALL}`)) return 'all';
    return [...this.granted]
      .filter((right) => right.startsWith('read:'))
      .map((right) => right.slice('read:'.length));
  }

  toString(): string {
    return [...this.granted].join(' ');
  }
}
