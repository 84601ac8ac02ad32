import { list } from "../wording.ts";
import type { SubjectRule } from "./rule.ts";

const WRITES: ReadonlySet<string> = new Set(
  "create insert add append post send charge pay transfer refund order book purchase buy submit publish enqueue push debit credit issue register signup notify email".split(
    " ",
  ),
);
const READS: ReadonlySet<string> = new Set(
  "get head options list fetch find read load search query select count look check describe poll".split(" "),
);
/** What says that the same call may be made again. */
const REPEATABLE = /idempoten|upsert|dedup|ensure|replay|exactly.?once/i;
/** After these the request may have been carried out, though the answer was lost. */
const MAY_BE_DONE: readonly string[] = ["TRANSIENT", "SERVER_ERROR", "UNKNOWN"];

export const repeatedWrite: SubjectRule = {
  id: "repeated-write",
  summary: "An operation that is named like a write is retried where it may have been carried out.",
  reads: ["operation", "strategy", "strategies", "maxAttempts", "maxRetriesPerClass", "maxUnknownRetries"],
  check({ plan: { operation }, worst: { retried } }) {
    const classes = retried.map(({ errorClass }) => errorClass).filter((errorClass) => MAY_BE_DONE.includes(errorClass));
    if (operation === undefined || classes.length === 0 || !isWrite(operation)) return [];
    const message =
      `The operation "${operation}" is named like a write, and is retried after ${list(classes)}: ` +
      "where it was carried out and only its answer was lost, it is carried out again.";
    const fix =
      "Make it safe to repeat, by an idempotency key say, and let its name tell so (idempotent); " +
      "or retry only what was refused: strategies for RATE_LIMIT and CONCURRENCY alone.";
    return [{ option: "operation", value: operation, message, fix }];
  },
};

/** Whether a name says that something is made: by the first word of one of its parts, where none says that something is read. */
function isWrite(operation: string): boolean {
  if (REPEATABLE.test(operation)) return false;
  const verbs = operation.split(/[\s./:#]+/).map((part) => (/[A-Z]?[a-z]+|[A-Z]+/.exec(part)?.[0] ?? "").toLowerCase());
  return verbs.some((verb) => WRITES.has(verb)) && !verbs.some((verb) => READS.has(verb));
}
