import { type Classification, type Classifier, toClassification } from "../../core/failure/classification.ts";
import { atOnce } from "./isolation.ts";
import type { CallPlan } from "./plan.ts";

/** What of a call its classifiers are asked by. */
interface ClassifyingCall {
  readonly plan: CallPlan;
  readonly settings: { readonly classifier: Classifier | undefined };
  readonly bounds: { readonly operation: string | undefined };
}

/**
 * Asks the classifier of the call about an error and, where that knows no class, the policy's. Where neither knows one, a word of the dependency not
 * to retry still counts.
 */
export function classifyOnce(call: ClassifyingCall, error: unknown): Classification {
  const { plan, settings } = call;
  if (settings.classifier === undefined) return ask(call, plan.classifier, error);
  const first = ask(call, settings.classifier, error);
  if (first.errorClass !== "UNKNOWN") return first;
  const second = ask(call, plan.classifier, error);
  return second.errorClass === "UNKNOWN" && second.retry !== false && first.retry === false ? first : second;
}

/**
 * One that throws, or returns a promise, counts as `UNKNOWN`: its mistake hides no failure of the operation. It is told like that of a hook.
 */
function ask({ plan: { hookErrors }, bounds }: ClassifyingCall, classifier: Classifier, error: unknown): Classification {
  try {
    return toClassification(atOnce("A classifier", classifier(error)));
  } catch (mistake) {
    hookErrors.tell("classifier", classifier, bounds, mistake);
    return toClassification("UNKNOWN");
  }
}
