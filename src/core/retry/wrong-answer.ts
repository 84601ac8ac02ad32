/** Code of the user's that decides (a strategy, a budget, a result classifier) has not decided: its answer is of no use, or a promise of one. */
export class WrongAnswer extends TypeError {
  readonly #answer: unknown;

  /** @param who "A strategy" @param what "a number of milliseconds" */
  constructor(who: string, what: string, answer: unknown) {
    super(`${who} must return ${what} at once, got ${nameOf(answer)}.`);
    this.#answer = answer;
  }

  /** What was returned instead, which may be a promise that still rejects; `undefined` for every other error. */
  static answerOf(error: unknown): unknown {
    return typeof error === "object" && error !== null && #answer in error ? error.#answer : undefined;
  }
}

function nameOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null) return answer === null ? "null" : typeof answer;
  return typeof (answer as { readonly then?: unknown }).then === "function" ? "a promise" : "an object";
}
