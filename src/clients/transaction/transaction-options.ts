import type { CallOptions } from "../../index.ts";
import {
  checkedByOwner,
  type OptionRule,
  type OptionTable,
  oneOf,
  policyTable,
  requireOptions,
  trueOrFalse,
} from "../options/index.ts";

/** What one transaction may set for itself, beside what any call may. */
export interface TransactionOptions<Isolation extends string = string> extends Omit<CallOptions, "resume"> {
  /** How much the transaction sees of others. @default the database's own */
  readonly isolation?: Isolation | undefined;
  /** Whether the transaction only reads: the database then refuses to write. @default the database's own */
  readonly readOnly?: boolean | undefined;
  /**
   * The transaction may be applied twice without harm, as when it inserts a key of its own that must be unique: it is then repeated even where it may
   * have been committed. @default false
   */
  readonly idempotent?: boolean | undefined;
}

// Their values are checked by the call.
const callRules: Readonly<Record<keyof Omit<CallOptions, "resume">, OptionRule>> = {
  operation: checkedByOwner,
  signal: checkedByOwner,
  deadlineMs: checkedByOwner,
  cost: checkedByOwner,
  classifier: checkedByOwner,
  refuseRepeat: checkedByOwner,
  discard: checkedByOwner,
  abortIf: checkedByOwner,
  sleep: checkedByOwner,
  beforeSleep: checkedByOwner,
  sleeper: checkedByOwner,
  onMetric: checkedByOwner,
  onLog: checkedByOwner,
  onAttemptStart: checkedByOwner,
  onAttemptEnd: checkedByOwner,
  onCallStart: checkedByOwner,
  onCallEnd: checkedByOwner,
  aroundAttempt: checkedByOwner,
};

/** The options of a door. */
export const transactionTable = (isolations: readonly string[]): OptionTable<keyof TransactionOptions> => ({
  rules: { isolation: oneOf(isolations), readOnly: trueOrFalse, idempotent: trueOrFalse, ...callRules },
});

/** What a transaction goes by: its own settings, and those of its call. */
export interface TransactionSettings {
  readonly isolation: string | undefined;
  readonly readOnly: boolean | undefined;
  readonly idempotent: boolean;
  readonly call: CallOptions;
}

export function readTransactionOptions(options: TransactionOptions, table: OptionTable): TransactionSettings {
  const { isolation, readOnly, idempotent = false, ...call } = requireOptions("transaction", options, table, policyTable);
  // Hooks, and what is asked, are methods of the object that they came in.
  const bound = Object.entries(call).map(([name, value]) => [name, typeof value === "function" ? value.bind(options) : value]);
  return { isolation, readOnly, idempotent, call: Object.fromEntries(bound) };
}
