import { type OptionRule, type OptionTable, oneOf } from "../../clients/options/index.ts";
import { type WorkerOptions, workerRules } from "../../workers/delivery/index.ts";
import type { ActivityModule } from "./shapes.ts";

/** How an activity goes under a policy. */
export interface ActivityOptions extends WorkerOptions {
  /** The module: `import * as activity from "@temporalio/activity"`. It must know `nextRetryDelay`. */
  readonly activity: ActivityModule;
  /**
   * What becomes of an activity whose own retry policy in Temporal cuts the attempts of this one, by `maximumAttempts` or by `nonRetryableErrorTypes` with a type
   * that is used here: `"refuse"` fails it for good before it is called, and says what to change; `"accept"` lets Temporal cut, as for activities that were
   * scheduled before. @default "refuse"
   */
  readonly retryPolicy?: "refuse" | "accept" | undefined;
}

const aModule: OptionRule = {
  text: "the module @temporalio/activity, of a version whose ApplicationFailure has a nextRetryDelay",
  type: "object",
  ok: ({ Context, ApplicationFailure, asyncLocalStorage }: Partial<ActivityModule>) =>
    typeof Context?.current === "function" &&
    typeof asyncLocalStorage?.run === "function" &&
    typeof ApplicationFailure?.create === "function" &&
    keepsDelay(ApplicationFailure),
};

/** An older one would leave the delay out without a word, and Temporal would decide on another. */
function keepsDelay(ApplicationFailure: ActivityModule["ApplicationFailure"]): boolean {
  const probe = { message: "", type: "", nonRetryable: false, details: [], nextRetryDelay: 1 };
  return (ApplicationFailure.create(probe) as { readonly nextRetryDelay?: unknown }).nextRetryDelay === 1;
}

export const activityTable: OptionTable<keyof ActivityOptions> = {
  rules: { activity: aModule, retryPolicy: oneOf(["refuse", "accept"]), ...workerRules },
  required: ["activity"],
};
