import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { ProcessorNotFoundError } from '../errors/processor.errors.js';
import { Processor } from './processor.js';

/** The processors of the application: all providers that are one, and those that were added. */
@Injectable()
export class ProcessorRegistry {
  private readonly added: Processor[] = [];

  constructor(private readonly discovery: DiscoveryService) {}

  /** Has a processor run that is no provider itself. To be called before the application starts, in `onModuleInit`. */
  add(processor: Processor): void {
    this.added.push(processor);
  }

  /** Complete when all modules are initialised. */
  all(): readonly Processor[] {
    const instances = this.discovery
      .getProviders()
      .map(({ instance }: { instance: unknown }) => instance)
      .filter((instance) => instance instanceof Processor);
    return [...this.added, ...new Set(instances)];
  }

  /** @throws ProcessorNotFoundError */
  named(name: string): Processor {
    const processors = this.all();
    const processor = processors.find((each) => each.name === name);
    if (!processor) {
      const known = processors.map((each) => each.name);
      throw new ProcessorNotFoundError(name, known);
    }
    return processor;
  }

  /** Names that two of them claim. */
  problems(): string[] {
    const processors = this.all();
    return processors.flatMap((processor, index) => {
      const other = processors.slice(0, index).find(({ name }) => name === processor.name);
      return other ? [sameName(other, processor)] : [];
    });
  }
}

function sameName(one: Processor, other: Processor): string {
  return (
    `${one.constructor.name} and ${other.constructor.name} are both processors named "${one.name}". ` +
    'Give one of them another name.'
  );
}
