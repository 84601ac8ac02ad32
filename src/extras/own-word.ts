/*
 * What an error says itself about trying again, where nobody knows its library: asked after all that is known by code. And the errors that
 * are none: BullMQ's, which a worker throws to steer its queue, must reach it as they are.
 * Sources: AI SDK `APICallError.isRetryable`; Temporal `ApplicationFailure.nonRetryable`; KafkaJS `retriable`; BullMQ src/classes/errors.
 */
import { type Link, read, type Verdict } from "./judge.ts";

const WORDS = ["isRetryable", "retryable", "isRetriable", "retriable"];

export function ownWordRule({ error }: Link): Verdict {
  if (read(error, "nonRetryable") === true) return "PERMANENT";
  for (const word of WORDS) {
    const said = read(error, word);
    if (typeof said === "boolean") return said ? "TRANSIENT" : "PERMANENT";
  }
  return undefined;
}

export function sentinelRule({ name, text }: Link): Verdict {
  return /^bullmq:/.test(text) || /^(Delayed|Waiting|WaitingChildren|Unrecoverable)Error$/.test(name) ? "PERMANENT" : undefined;
}
