/*
 * Whether a history of operations that overlap is explained by some sequential order of a naive model: Wing and Gong's search, with Lowe's memory of
 * what was tried. An operation stands between its invocation and its response; an order is right where it puts none before one that had responded
 * before it was invoked, and where the model, asked in that order, answers as was answered.
 *
 * In one thread, operations overlap where one of them calls code of the user's that makes another one (a release admits who waits, and is told so within
 * the release), and where one is answered later than it was asked, as by a queue. What neither calls back nor waits is its own order: of `consume` and
 * `recordSuccess` alone there is nothing to search. So budgets, and the limit that finds itself, are used through calls, which ask when an attempt has
 * failed and hear of it turns later. The schedules beside this folder recount `AdaptiveThrottle`, and a breaker's reports that change no state.
 */
export interface Operation<Input, Output> {
  readonly input: Input;
  readonly output: Output;
  readonly invokedAt: number;
  /** Infinity for one that was never answered: it may have happened or not. */
  readonly respondedAt: number;
}

export interface Model<State, Input, Output> {
  readonly initial: State;
  /** The next state, and the answer. States are not changed. */
  step(state: State, input: Input): { readonly state: State; readonly output: Output };
}

/** An order that explains the history; `null` where there is none. */
export function linearize<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  model: Model<State, Input, Output>,
): readonly Operation<Input, Output>[] | null {
  const done = history.map(() => false);
  const order: Operation<Input, Output>[] = [];
  const tried = new Set<string>();

  const search = (state: State): boolean => {
    const left = history.filter((_, index) => done[index] === false);
    if (left.every(({ respondedAt }) => respondedAt === Infinity)) return true;
    const key = `${done.map(Number).join("")} ${JSON.stringify(state)}`;
    if (tried.has(key)) return false;
    tried.add(key);
    // The first response of those that are left: what was invoked behind it comes behind it.
    const firstResponse = Math.min(...left.map(({ respondedAt }) => respondedAt));
    for (const [index, operation] of history.entries()) {
      if (done[index] !== false || operation.invokedAt > firstResponse) continue;
      const { state: next, output } = model.step(state, operation.input);
      if (operation.respondedAt < Infinity && JSON.stringify(output) !== JSON.stringify(operation.output)) continue;
      done[index] = true;
      order.push(operation);
      if (search(next)) return true;
      done[index] = false;
      order.pop();
    }
    return false;
  };

  return search(model.initial) ? order : null;
}

/** Takes down operations as they are invoked and answered. */
export class History<Input, Output> {
  readonly #operations: { input: Input; output: Output | undefined; invokedAt: number; respondedAt: number }[] = [];
  #instant = 0;

  /** Returns what tells of the response. */
  invoke(input: Input): (output: Output) => void {
    const operation = { input, output: undefined as Output | undefined, invokedAt: this.#instant++, respondedAt: Infinity };
    this.#operations.push(operation);
    return (output) => {
      operation.output = output;
      operation.respondedAt = this.#instant++;
    };
  }

  get operations(): readonly Operation<Input, Output>[] {
    return this.#operations as readonly Operation<Input, Output>[];
  }

  /** How many pairs of operations overlap. */
  get overlaps(): number {
    let count = 0;
    for (const [index, one] of this.#operations.entries())
      for (const other of this.#operations.slice(index + 1)) if (other.invokedAt < one.respondedAt) count++;
    return count;
  }

  toString(): string {
    const rows = this.#operations.map(
      ({ input, output, invokedAt, respondedAt }) =>
        `${invokedAt} to ${respondedAt}: ${JSON.stringify(input)} -> ${JSON.stringify(output)}`,
    );
    return rows.join("\n");
  }
}
