import type { EventSourcingError } from '../errors/event-sourcing.error.js';

/** How one call of `EventStore.appendToStreams` ended, stored or not. */
export interface AppendObservation {
  /** How many events it was to store. */
  readonly events: number;
  /** From the call to the answer, waiting for the flight before included. */
  readonly seconds: number;
  /** Whether the events were stored before, by an earlier call with the same ids. */
  readonly repeated: boolean;
  /** Why nothing was stored, if so. */
  readonly error?: EventSourcingError;
}

/** One transaction of the log, with the appends that shared it. */
export interface FlightObservation {
  readonly appends: number;
  /** From the first statement to the commit. */
  readonly seconds: number;
}

/** One try of a processor to handle a batch; inline processors handle theirs as a part of flights. */
export interface BatchObservation {
  readonly processor: string;
  /** How many events it had. */
  readonly events: number;
  /** From the first of them to the commit, or to the failure; effects beyond the database included. */
  readonly seconds: number;
  /** Why it was rolled back, to be tried again or parked; undefined when it was committed, or another process was first. */
  readonly error?: unknown;
}

/** This process has begun to run a processor: nobody did, or another process that stopped or was not heard of any more. */
export interface LeaseObservation {
  readonly processor: string;
  /** The number of such changes that the processor has seen. */
  readonly token: number;
}

/** A piece of work that deserves a place of its own in a trace. */
export interface TracedStep {
  /** Such as `command CreateUser`: of few different values. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /**
   * The traces that led to it, in the form of the header `traceparent`, where it is not done on behalf of the present
   * context: events that a processor handles were stored by others.
   */
  readonly causes?: readonly string[];
}

/**
 * Hears what the kit does, to count or trace it. Provide a class that extends this anywhere in the application; every
 * one there is hears everything. The observing methods are called synchronously, on hot paths and after the fact: they
 * should do little, and what they throw is logged and changes nothing. A log in memory tells nothing.
 */
export abstract class Instrumentation {
  appendEnded(_append: AppendObservation): void {}

  flightEnded(_flight: FlightObservation): void {}

  batchEnded(_batch: BatchObservation): void {}

  leaseTaken(_lease: LeaseObservation): void {}

  /** Runs `work`, exactly once, and answers as it does. Override it to time a step, and to run it in a context. */
  trace<T>(_step: TracedStep, work: () => Promise<T>): Promise<T> {
    return work();
  }
}
