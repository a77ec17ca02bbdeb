/** Reads settings from the environment and, instead of stopping at the first wrong one, collects what is wrong. */
export class SettingsReader {
  private readonly found: string[] = [];

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  get problems(): readonly string[] {
    return this.found;
  }

  integer(
    name: string,
    range: { readonly min: number; readonly max: number; readonly default: number },
  ): number {
    const remedy = `type a whole number from ${range.min} to ${range.max}`;
    return this.read(name, range.default, remedy, (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      return value >= range.min && value <= range.max ? value : undefined;
    });
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    return this.read(name, fallback, `type one of ${choices.join(', ')}`, (text) =>
      choices.find((choice) => choice === text),
    );
  }

  /**
   * Names separated by commas; all of them, where it is left out.
   * @param none the name that stands for none of them
   */
  someOf<T extends string>(name: string, choices: readonly T[], none: string): readonly T[] {
    const all = choices.join(',');
    const remedy = `type some of ${choices.join(', ')}, separated by commas, or ${none}`;
    const chosen = this.read(name, all, remedy, (text) => {
      const names = text.split(',').map((each) => each.trim());
      return text === none || names.every((each) => (choices as readonly string[]).includes(each))
        ? names.join(',')
        : undefined;
    });
    return choices.filter((choice) => chosen.split(',').includes(choice));
  }

  matching(name: string, pattern: RegExp, remedy: string, fallback: string): string {
    return this.read(name, fallback, remedy, (text) => (pattern.test(text) ? text : undefined));
  }

  /** A text that may be left out. */
  optional(name: string): string | undefined {
    return this.environment[name]?.trim() || undefined;
  }

  /** For a setting that may be left out. */
  optionalUrl(name: string, example: string): URL | undefined {
    const text = this.environment[name]?.trim();
    if (text === undefined || text === '') return undefined;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && /^https?:$/.test(url.protocol)) return url;
    this.found.push(`${name} is "${text}": type a URL, for example ${name}=${example}`);
    return undefined;
  }

  /** For a setting that may be left out, and may be a secret: what is wrong with it is said without it. */
  optionalParsed<T>(
    name: string,
    remedy: string,
    parse: (text: string) => T | undefined,
  ): T | undefined {
    const text = this.environment[name]?.trim();
    if (text === undefined) return undefined;
    const value = text === '' ? undefined : parse(text);
    if (value === undefined)
      this.found.push(`${name} is ${text === '' ? 'empty' : 'wrong'}: ${remedy}`);
    return value;
  }

  /** For a setting that explains its own problems: `parse` throws an error whose message is the whole problem. */
  parsed<T>(name: string, fallback: string, parse: (text: string) => T): T | undefined {
    try {
      return parse(this.environment[name] ?? fallback);
    } catch (error) {
      this.found.push((error as Error).message);
      return undefined;
    }
  }

  /** For settings that must fit together. */
  demand(isMet: boolean, problem: string): void {
    if (!isMet) this.found.push(problem);
  }

  private read<T extends string | number>(
    name: string,
    fallback: T,
    remedy: string,
    parse: (text: string) => T | undefined,
  ): T {
    const text = this.environment[name];
    if (text === undefined) return fallback;
    const value = parse(text.trim());
    if (value !== undefined) return value;
    const is = text.trim() === '' ? 'empty' : `"${text}"`;
    this.found.push(`${name} is ${is}: ${remedy}, for example ${name}=${fallback}`);
    return fallback;
  }
}
