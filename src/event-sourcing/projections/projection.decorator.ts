import type { Lifecycle } from '../processing/processor.js';

/** A class that TypeORM knows as an entity. */
export type EntityClass = abstract new (...args: never[]) => object;

/** A class that may be a projection. */
export interface ProjectionClass {
  readonly name: string;
  readonly prototype: object;
}

/** What `@Projection` says of a class. */
export interface ProjectionOptions {
  /**
   * Names the checkpoint: lower case letters, digits and `-`. Keep it when the class is renamed; under another name the
   * projection starts from the beginning of the log.
   */
  readonly name: string;
  /**
   * A whole number from 1. Raise it when the read model gets another shape, or is made in another way: it is then rebuilt
   * when the application starts (see `ProjectionRebuilds`).
   */
  readonly version: number;
  /**
   * The entities whose tables the projection keeps, those that others refer to first. A table is kept by one projection,
   * and by nobody else. Only what is named here can be rebuilt and verified.
   */
  readonly entities?: readonly EntityClass[];
  /**
   * When events are projected.
   * - `async`: by a process that follows the log, soon after they are stored. Appends cost nothing more.
   * - `inline`: in the transaction in which they are stored, so that whoever reads the read model after an append was
   *   answered finds it there, in every process and without waiting. An event that the projection fails at is not stored:
   *   the append is refused with `EventRefusedError`, and its neighbours are not. Every append in every process waits while
   *   a method runs.
   *
   * That holds while an inline projection is not behind. It is behind, and caught up like an async one, when it runs for
   * the first time on a log that is not empty; after a process without it has appended events it handles; while it is
   * paused, or held by a verification or the switch of a rebuild; while the read model is of another version; and while
   * almost as many events are parked as may be. Events appended then are stored in any case, and parked where it fails at
   * them; those of a stream with parked events are parked behind them, always. Where none of this may be read, wait with
   * `Processors.caughtUp`, which answers at once for an inline projection that is not behind.
   *
   * @default 'async'
   */
  readonly lifecycle?: Lifecycle;
}

const declarations = new WeakMap<object, ProjectionOptions>();

/**
 * Declares a provider as a projection: it folds events into a read model. Its methods say with `@On` which events they
 * handle, or one method takes whole batches with `@OnBatch`. It is found by being a provider of any module, and follows
 * the log from its checkpoint, as long as the application runs.
 *
 * Events come in the order of positions. The events of a batch and the checkpoint behind them are committed in one
 * transaction: each has its effect on the read model exactly once, whatever crashes and however many processes run the
 * projection. What fails is rolled back and tried again.
 *
 * **A projection has no side effects.** After a failure, and whenever the read model is rebuilt, it sees events again
 * that it has seen before; the same events must give the same rows. So a method
 * - writes with the `manager` it is given, and awaits nothing else;
 * - takes the time from `envelope.recordedAt`, not from the clock, and ids from the event, not from a generator;
 * - reads no tables but the projection's own, and keeps nothing in the fields of its class;
 * - stores no events and sends no commands: both are refused with `SideEffectError`.
 *
 * What is wrong with a projection fails the boot, with everything else that is.
 *
 * @example
 * @Projection({ name: 'user-list', version: 1, entities: [UserListItem] })
 * export class UserListProjection {
 *   @On(UserCreated)
 *   created({ username }: UserCreated, { envelope, manager }: ProjectionContext): Promise<unknown> {
 *     return manager.insert(UserListItem, { id: aggregateIdOf(envelope.stream), username });
 *   }
 * }
 */
export function Projection(options: ProjectionOptions): ClassDecorator {
  return (projectionClass) => {
    declarations.set(projectionClass, options);
  };
}

/** What was declared for exactly this class, not for one it extends. */
export function projectionOptionsOf(projectionClass: object): ProjectionOptions | undefined {
  return declarations.get(projectionClass);
}
