import { type AttemptInfo, type Classifier, firstKnown, type Policy } from "../../index.ts";
import { refuse } from "../options/index.ts";
import { refusalOf, rememberLost } from "./lost-commits.ts";
import { TransactionAttempt } from "./transaction-attempt.ts";
import type { TransactionClient, TransactionDoor } from "./transaction-door.ts";
import type { TransactionSettings } from "./transaction-options.ts";

/** A call of a transaction, with what is known of the database. */
export interface TransactionCall<C extends TransactionClient> {
  readonly door: TransactionDoor<C>;
  readonly policy: Policy<never, unknown>;
  readonly settings: TransactionSettings;
  /** Knows the errors of the database and of its library. */
  readonly classifier: Classifier;
}

/** Runs a transaction under a policy, the whole of it in every attempt. */
export async function runTransaction<C extends TransactionClient>(
  { door, policy, settings, classifier }: TransactionCall<C>,
  fn: (client: C, attempt: AttemptInfo) => unknown,
): Promise<unknown> {
  const { idempotent, call } = settings;
  let current: TransactionAttempt<C> | null = null;
  let mayHaveCommitted = false;
  const attemptOnce = (attempt: AttemptInfo): Promise<never> => {
    const transaction = new TransactionAttempt(door, attempt.signal);
    mayHaveCommitted ||= current?.mayHaveCommitted === true;
    current = transaction;
    return transaction.run((client) => fn(client, attempt)) as Promise<never>;
  };
  try {
    return await policy.call(attemptOnce, {
      ...call,
      classifier: call.classifier === undefined ? classifier : firstKnown(call.classifier, classifier),
      refuseRepeat: (failed) => call.refuseRepeat?.(failed) ?? refusalOf(current, failed, idempotent),
    });
  } catch (error) {
    const last = current as TransactionAttempt<C> | null;
    if (mayHaveCommitted || last?.mayHaveCommitted) rememberLost(error);
    throw error;
  }
}

/** Refuses what is no policy, and what is no function. */
export function checkTransaction(policy: unknown, fn: unknown): void {
  const { call, describe } = Object(policy) as { readonly [method: string]: unknown };
  if (typeof call !== "function" || typeof describe !== "function")
    refuse("transaction.policy", "a Policy, such as new Policy({ retry: {} })", policy);
  if (typeof fn !== "function") refuse("transaction.fn", "a function", fn);
}
