import { isNamedLikeAWrite } from "../named-like-a-write.ts";
import { list } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

/** After these the request may have been carried out, though the answer was lost. */
const MAY_BE_DONE: readonly string[] = ["TRANSIENT", "SERVER_ERROR", "UNKNOWN"];

export const repeatedWrite: SubjectRule = {
  id: "repeated-write",
  summary: "An operation that is named like a write is retried where it may have been carried out.",
  reads: ["operation", "strategy", "strategies", "maxAttempts", "maxRetriesPerClass", "maxUnknownRetries"],
  check({ plan: { operation }, worst: { retried } }) {
    const classes = retried.map(({ errorClass }) => errorClass).filter((errorClass) => MAY_BE_DONE.includes(errorClass));
    if (operation === undefined || classes.length === 0 || !isNamedLikeAWrite(operation)) return [];
    const message =
      `The operation "${operation}" is named like a write, and is retried after ${list(classes)}: ` +
      "where it was carried out and only its answer was lost, it is carried out again.";
    const fix =
      "Make it safe to repeat, by an idempotency key say, and let its name tell so (idempotent); " +
      "or retry only what was refused: strategies for RATE_LIMIT and CONCURRENCY alone.";
    return [{ option: "operation", value: operation, message, fix }];
  },
};
