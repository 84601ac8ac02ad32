/** Effect: the program is built once, each call runs it. */
import * as Effect from "effect/Effect";
import * as Schedule from "effect/Schedule";

export const { runPromise, timeout } = Effect;

/** @param {() => Promise<unknown>} operation */
function attempt(operation) {
  return Effect.tryPromise({ try: operation, catch: (error) => error });
}

/** @param {() => Promise<unknown>} operation */
export function retryAtOnce(operation) {
  return Effect.retry(attempt(operation), { times: 5 });
}

/**
 * @param {() => Promise<unknown>} operation
 * @param {number} ms
 */
export function retrySpaced(operation, ms) {
  return Effect.retry(attempt(operation), { times: 5, schedule: Schedule.spaced(ms) });
}

/**
 * @param {(signal: AbortSignal) => Promise<unknown>} operation
 * @param {number} ms
 */
export function retryTimedAttempts(operation, ms) {
  const timed = Effect.timeout(Effect.tryPromise({ try: operation, catch: (error) => error }), ms);
  return Effect.retry(timed, { times: 5 });
}
