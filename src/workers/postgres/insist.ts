import { sqlstateClassifier } from "../../extras/index.ts";
import { defaultClassifier, firstKnown, Policy, unlimited } from "../../index.ts";

const FIRST_MS = 50;
const LONGEST_MS = 2_000;

/**
 * Does a statement again while the database is away: what a worker has to say of a job must not be lost with a connection, or the queue goes by its own settings. The statement must come to
 * the same when it is done twice.
 *
 * @param withinMs for how long at the most: a job that expires is somebody else's then
 * @throws what the statement throws: at once where that is no trouble with the connection
 */
export function insist<T>(statement: () => Promise<T>, withinMs: number): Promise<T> {
  policy ??= statementPolicy();
  return policy.call(statement, { deadlineMs: withinMs }) as Promise<T>;
}

/** Made with the first statement: loading the module does nothing. */
let policy: Policy | undefined;

const statementPolicy = (): Policy =>
  new Policy({
    operation: "queue_statement",
    retry: {
      maxAttempts: Infinity,
      // A pool that was ended is not known, and stays ended.
      maxUnknownRetries: 3,
      strategy: ({ attempt, random }) => Math.min(FIRST_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_MS) * (0.5 + random() / 2),
      attemptTimeoutMs: 30_000,
      classifier: firstKnown(sqlstateClassifier, defaultClassifier),
      budget: unlimited,
    },
  });
