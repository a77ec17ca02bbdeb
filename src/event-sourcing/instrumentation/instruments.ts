import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventSourcingError } from '../errors/event-sourcing.error.js';
import type { AppendResult, StreamAppend } from '../store/event-store.js';
import { Instrumentation, type LeaseObservation, type TracedStep } from './instrumentation.js';

/** Times the work of the store for whoever wants to know. */
export interface StoreInstruments {
  timeAppend(
    appends: readonly StreamAppend[],
    work: () => Promise<AppendResult>,
  ): Promise<AppendResult>;
  timeFlight<T>(appends: number, work: () => Promise<T>): Promise<T>;
}

/** Where nobody listens. */
export const NO_INSTRUMENTS: StoreInstruments = {
  timeAppend: (_appends, work) => work(),
  timeFlight: (_appends, work) => work(),
};

/** All `Instrumentation`s of the application. */
@Injectable()
export class Instruments implements StoreInstruments, OnModuleInit {
  private readonly logger = new Logger(Instrumentation.name);
  private all: readonly Instrumentation[] = [];

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const providers: readonly { readonly instance: unknown }[] = this.discovery.getProviders();
    const instances = new Set(providers.map(({ instance }) => instance));
    this.all = [...instances].filter((instance) => instance instanceof Instrumentation);
  }

  async timeAppend(
    appends: readonly StreamAppend[],
    work: () => Promise<AppendResult>,
  ): Promise<AppendResult> {
    if (this.all.length === 0) return work();
    const startedAt = performance.now();
    const events = appends.reduce((sum, append) => sum + append.events.length, 0);
    const end = (repeated: boolean, error?: EventSourcingError): void => {
      const seconds = secondsSince(startedAt);
      this.tell((each) => each.appendEnded({ events, seconds, repeated, error }));
    };
    const step = { name: 'append', attributes: { 'hindsight.events': events } };
    try {
      const result = await this.trace(step, work);
      end(result.repeated);
      return result;
    } catch (error) {
      if (error instanceof EventSourcingError) end(false, error);
      throw error;
    }
  }

  async timeFlight<T>(appends: number, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const result = await work();
    const seconds = secondsSince(startedAt);
    this.tell((each) => each.flightEnded({ appends, seconds }));
    return result;
  }

  /** Times what a processor does with a batch. */
  async timeBatch<T>(processor: string, events: number, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const end = (error?: unknown): void => {
      const seconds = secondsSince(startedAt);
      this.tell((each) => each.batchEnded({ processor, events, seconds, error }));
    };
    try {
      const result = await work();
      end();
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  }

  leaseTaken(lease: LeaseObservation): void {
    this.tell((each) => each.leaseTaken(lease));
  }

  /** Runs `work` as a step of the present trace, or of those that caused it. */
  trace<T>(step: TracedStep, work: () => Promise<T>): Promise<T> {
    return this.all.reduce((inner, each) => () => each.trace(step, inner), work)();
  }

  /** What is told has happened: an error on the way to who counts it must not look like one of the work. */
  private tell(message: (instrumentation: Instrumentation) => void): void {
    for (const each of this.all) {
      try {
        message(each);
      } catch (error) {
        this.logger.error(`${each.constructor.name} failed: ${String(error)}`);
      }
    }
  }
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
