import { type Failure, type Outcome, outcomeOf as outcomeOfFailure } from "../../index.ts";

const successes = new WeakMap<object, Outcome<Response>>();

/** Keeps how the call ended that gave this response, or the error made of it. */
export function keepOutcome(of: object, outcome: Outcome<Response>): void {
  successes.set(of, outcome);
}

/**
 * What happened in the call that gave this response, or that threw this error: how many attempts it took and, where it gave up, why.
 * `undefined` for what no call gave.
 *
 * @example
 * import { createFetch, outcomeOf } from "redress/fetch";
 *
 * const api = createFetch();
 * const response = await api("https://users.example/7").catch((error: unknown) => error);
 * log.info(outcomeOf(response)?.attempts);
 */
export function outcomeOf(response: Response): Outcome<Response> | undefined;
export function outcomeOf(error: unknown): Outcome<Response> | Failure | undefined;
export function outcomeOf(of: unknown): Outcome<Response> | Failure | undefined {
  const kept = typeof of === "object" && of !== null ? successes.get(of) : undefined;
  return kept ?? outcomeOfFailure(of);
}
