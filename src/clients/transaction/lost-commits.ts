import type { AttemptFailure } from "../../index.ts";

// By identity: the errors of a database's library are thrown as they were.
const lost = new WeakSet<object>();

const MOST_CAUSES = 16;

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Remembers that a transaction that ended with this error may have been committed. */
export function rememberLost(error: unknown): void {
  if (isObject(error)) lost.add(error);
}

/**
 * Tells whether the transaction that threw this error, or one of its causes, may have been committed: the connection was lost, or the call ended,
 * while COMMIT was under way. Look in the database before you do it again. It knows nothing of thrown values that are no objects.
 */
export function mayHaveCommitted(error: unknown): boolean {
  let each = error;
  for (let causes = 0; causes < MOST_CAUSES && isObject(each); causes++) {
    if (lost.has(each)) return true;
    each = (each as { readonly cause?: unknown }).cause;
  }
  return false;
}

/** What of an attempt says whether its transaction may be repeated. */
export interface EndedTransaction {
  readonly mayHaveCommitted: boolean;
  readonly isCommitted: boolean;
  readonly isInBody: boolean;
}

/**
 * Why a transaction may not be repeated. The first rule that applies wins:
 *   1. it would run beside one that is under way: a hedge                       -> no
 *   2. it may have been committed, and the user does not say that twice is fine -> no
 *   3. the user's function threw what no classifier knows                       -> no
 *   4. otherwise                                                                -> yes
 */
export function refusalOf(
  ended: EndedTransaction | null,
  failed: AttemptFailure | undefined,
  idempotent: boolean,
): string | undefined {
  if (failed === undefined) return "a transaction is not hedged";
  if (ended === null) return undefined;
  if (!idempotent && ended.isCommitted) return "the transaction has been committed";
  if (!idempotent && ended.mayHaveCommitted) return "the transaction may have been committed";
  const isUnknown = failed.cause === "exception" && failed.classification.errorClass === "UNKNOWN";
  return isUnknown && ended.isInBody ? "the transaction's function threw an error of no known class" : undefined;
}
