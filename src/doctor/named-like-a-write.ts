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

/**
 * Whether the name of an operation says that something is made which a second one would make again: by the first word of one of its parts, where none
 * says that something is read.
 */
export function isNamedLikeAWrite(operation: string): boolean {
  if (REPEATABLE.test(operation)) return false;
  const verbs = operation.split(/[\s./:#]+/).map((part) => (/[A-Z]?[a-z]+|[A-Z]+/.exec(part)?.[0] ?? "").toLowerCase());
  return verbs.some((verb) => WRITES.has(verb)) && !verbs.some((verb) => READS.has(verb));
}
