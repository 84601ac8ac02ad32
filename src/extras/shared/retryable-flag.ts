/*
 * What an error says itself about trying again, in a field: asked where its library is not known, and after all that is known by code.
 * Sources: AI SDK `APICallError.isRetryable`; Temporal `ApplicationFailure.nonRetryable`; KafkaJS `retriable`.
 */
import type { Library } from "./library.ts";
import type { Link, Verdict } from "./link.ts";

export const FLAGS: readonly string[] = ["isRetryable", "retryable", "isRetriable", "retriable"];

function retryableFlagRule(link: Link): Verdict {
  if (link.read("nonRetryable") === true) return "PERMANENT";
  for (const flag of FLAGS) {
    const said = link.read(flag);
    if (typeof said === "boolean") return said ? "TRANSIENT" : "PERMANENT";
  }
  return undefined;
}

export const retryableFlag: Library = {
  name: "an error's own word",
  looks: {},
  meaning: { fallbacks: [retryableFlagRule] },
};
