/*
 * What the headers of an answer add to its status:
 *   when to come back      the delay. Limits count for a RATE_LIMIT only: many services send them with every answer, and a 503 does not
 *                          end when the quota of the hour begins anew
 *   403                    with a time to come back, or with nothing left of a limit, it is a RATE_LIMIT, as GitHub's are
 *   x-should-retry: false  the class stays, and is not retried; the clients of OpenAI and Anthropic obey it too
 * Sources: when-to-come-back.ts; GitHub, "Rate limits for the REST API"; openai src/client.ts (shouldRetry).
 */
import type { ErrorReader } from "../chain.ts";
import type { Classification } from "../classification.ts";
import type { ErrorClass } from "../error-class.ts";
import { classificationWith, type Kind } from "../kind.ts";
import { headersIn } from "./headers.ts";
import type { WallClock } from "./wall-clock.ts";
import { comeBackMs, nothingLeft, outrightMs } from "./when-to-come-back.ts";

/** @param headers whatever keeps them, if there are any */
export function classifyAnswer(kind: Kind, headers: unknown, clock: WallClock): ErrorClass | Classification {
  if (!headers) return classificationWith(kind, undefined);
  const lookup = headersIn(headers);
  const outright = outrightMs(lookup, clock);
  const limited = kind === "PERMISSION" && (outright !== undefined || nothingLeft(lookup));
  const known = limited ? "RATE_LIMIT" : kind;
  const delayMs = known === "RATE_LIMIT" ? comeBackMs(lookup, clock) : outright;
  return classificationWith(known, delayMs, lookup("x-should-retry") === "false");
}

/** Where clients keep the headers of an answer: on the error, or on the response that it holds. */
export function headersOf(reader: ErrorReader, error: object): unknown {
  return (
    reader.read(reader.read(error, "response"), "headers") ??
    reader.read(error, "headers") ??
    reader.read(error, "responseHeaders") ??
    reader.read(reader.read(error, "rawResponse"), "headers") ??
    reader.read(reader.read(error, "$response"), "headers")
  );
}
