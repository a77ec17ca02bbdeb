/** When a deadline is reached: so many milliseconds after the step that sets it, or at a time. */
export type Due = { readonly afterMs: number } | { readonly at: Date };

export interface DeadlineToSet {
  readonly name: string;
  readonly due: Due;
}

/** What a handler of a durable saga answers: its state from now on, and what is to be done. Built by `step`. */
export class SagaStep<State extends object> {
  readonly commands: object[] = [];
  readonly deadlines: DeadlineToSet[] = [];
  readonly cancelled: string[] = [];
  isLast = false;

  constructor(readonly state: State) {}

  /**
   * Sends commands, in this order, once the step is stored: at least once each, with an id that is the same every time,
   * so that a `RepeatableCommand` takes effect once. Their classes are declared with `@StoredCommand`.
   */
  send(...commands: readonly object[]): this {
    this.commands.push(...commands);
    return this;
  }

  /** Sets a deadline; one of the same name that is open is replaced. It is reached once, also after a restart. */
  setDeadline(name: string, due: Due): this {
    this.deadlines.push({ name, due });
    return this;
  }

  /** Cancels a deadline. If it was reached before this step was stored, and not handled yet, it is not handled. */
  cancelDeadline(name: string): this {
    this.cancelled.push(name);
    return this;
  }

  /** Ends the saga: open deadlines are cancelled, and what comes later is not for it any more. */
  complete(): this {
    this.isLast = true;
    return this;
  }
}

/**
 * The saga goes on with this state.
 *
 * @example
 * return step({ ...state, stage: 'crediting' }).send(new DepositMoney(state.to, state.amount));
 */
export function step<State extends object>(state: State): SagaStep<State> {
  return new SagaStep(state);
}
