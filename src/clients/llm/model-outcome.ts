import { type Failure, type Outcome, outcomeOf as outcomeOfFailure } from "../../index.ts";
import { member } from "./members.ts";

/** By the responses, and by their headers, which the SDKs' errors hold. */
const outcomes = new WeakMap<object, Outcome<Response>>();

/** As deep as causes are looked at. */
const MOST_LINKS = 10;

/** Keeps how the call ended that gave this response, or an error with its headers. */
export function keepOutcome(end: { readonly headers: Headers }, outcome: Outcome<Response>): void {
  outcomes.set(end, outcome);
  outcomes.set(end.headers, outcome);
}

/**
 * What happened in the call that ended with this error of the SDK, or gave this response: how many attempts it took and, where it gave up, why. It finds what `outcomeOf`
 * of redress finds, too. `undefined` for what no call gave.
 *
 * @example
 * import { outcomeOf } from "redress/openai";
 *
 * try { await op(); } catch (error) { log.warn(outcomeOf(error)?.attempts); throw error; }
 */
export function outcomeOf(of: unknown): Outcome<Response> | Failure | undefined {
  let link = of;
  for (let links = 0; links < MOST_LINKS && typeof link === "object" && link !== null; links++) {
    const headers = member(link, "headers");
    const kept = outcomes.get(link) ?? (typeof headers === "object" && headers !== null ? outcomes.get(headers) : undefined);
    if (kept !== undefined) return kept;
    link = member(link, "cause");
  }
  return outcomeOfFailure(of);
}
