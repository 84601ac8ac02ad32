import { type Classification, toClassification } from "../../core/failure/classification.ts";
import { atOnce } from "./isolation.ts";
import type { CallPlan } from "./plan.ts";

/** What of a call its classifier is asked by. */
interface ClassifyingCall {
  readonly plan: CallPlan;
  readonly bounds: { readonly operation: string | undefined };
}

/**
 * Asks the classifier of the policy about an error. One that throws, or returns a promise, counts as `UNKNOWN`: its mistake hides no failure of the
 * operation. It is told like that of a hook.
 */
export function classifyOnce({ plan: { classifier, hookErrors }, bounds }: ClassifyingCall, error: unknown): Classification {
  try {
    return toClassification(atOnce("A classifier", classifier(error)));
  } catch (mistake) {
    hookErrors.tell("classifier", classifier, bounds, mistake);
    return toClassification("UNKNOWN");
  }
}
