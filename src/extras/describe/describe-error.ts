import { type Classifier, classify } from "../../core/failure/classification.ts";
import { aClassifier } from "../../core/failure/classifier-rules.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { checkValue } from "../../core/option-rules.ts";
import { classifyAny, universalClassifier } from "../universal.ts";
import { asClassification, type Decision, type Decisive, decisiveFields, type Field } from "./decisive-fields.ts";
import type { Path } from "./lens.ts";

/** What `describeError` says of an error. */
export interface ErrorDescription {
  readonly errorClass: ErrorClass;
  /** How long the dependency asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
  /** A wait was given up. */
  readonly timeout?: boolean;
  /** The dependency says that retrying is pointless. */
  readonly retry?: false;
  /**
   * Whose rule decided: of `universalClassifier`, the library's name in its list ("aws", "http"), or "common", "connection", or "redress" for an error
   * of ours; of any other classifier, the classifier's name. `null` where nothing was known.
   */
  readonly rule: string | null;
  /** The error of the chain that decided: "error", "error.cause", "error.errors[0]"; `null` where nothing was known. */
  readonly at: Path | null;
  /** The fields that decided, the fewest that give the same answer; of a long text, the words that do. */
  readonly by: readonly Field[];
  /** All of that in one sentence. */
  readonly because: string;
}

/**
 * Says what a classifier makes of an error, and why: by which rule, and by which fields of which error of the chain. For a person who looks
 * at a log or mends a class, not for the way of every error: it asks the classifier some hundred times, with fields hidden in turn.
 * Values of the error stand in the description, so treat it as you treat the error itself.
 *
 * @param error anything that was thrown
 * @param classifier any classifier, of redress or your own, that gives the same error the same class; @default universalClassifier
 * @throws TypeError for what is no function, or classifies returned values.
 * @example
 * import { describeError } from "redress/extras";
 *
 * const error = Object.assign(new Error("too fast"), { response: { status: 429, headers: { "retry-after": "2" } } });
 * console.log(describeError(error).because);
 * // RATE_LIMIT, in 2000 ms: "http" knows it by error.response.status = 429 and error.response.headers["retry-after"] = "2".
 */
export function describeError(error: unknown, classifier: Classifier = universalClassifier): ErrorDescription {
  checkValue("describeError.classifier", classifier, aClassifier);
  const decide = classifier === universalClassifier ? decideByLibrary : decideBy(classifier);
  const { answer, rule } = decide(error);
  const { errorClass, retryAfterMs, timeout, retry } = asClassification(answer);
  const { fields: by, at } = rule === null ? NOTHING : decisiveFields(error, decide);
  const facts = {
    errorClass,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(timeout === true && { timeout }),
    ...(retry === false && { retry }),
    rule,
    at: rule === null ? null : (at ?? (by[0] === undefined ? "error" : errorOf(by[0].field))),
    by,
  };
  return { ...facts, because: sentence(facts) };
}

const NOTHING: Decisive = { fields: [], at: undefined };

function decideByLibrary(error: unknown): Decision {
  let decision: Omit<Decision, "answer"> | undefined;
  const answer = classifyAny(error, (rule, about) => {
    decision = { rule, about };
  });
  // Only an error of ours is known without a library.
  return { answer, ...(decision ?? { rule: answer === "UNKNOWN" ? null : "redress" }) };
}

const decideBy =
  (classifier: Classifier) =>
  (error: unknown): Decision => {
    // It may throw where a field is hidden that it takes for granted.
    const answer = classify(classifier, error);
    return { answer, rule: answer.errorClass === "UNKNOWN" ? null : classifier.name || "the classifier" };
  };

/** The error that a field belongs to: the way from error to error, as far as it goes by what errors keep errors in. */
function errorOf(field: Path): Path {
  return (
    /error(\.cause|\.errors\[\d+\]|\.(parent|original|driverError|originalError|reason|lastError))*(?=[.[])/.exec(field)?.[0] ??
    "error"
  );
}

function sentence({ errorClass, retryAfterMs, timeout, retry, rule, by }: Omit<ErrorDescription, "because">): string {
  if (rule === null) return "UNKNOWN: no rule knows it.";
  const marks = [
    errorClass,
    ...(timeout ? ["a timeout"] : []),
    ...(retry === false ? ["not to be retried"] : []),
    ...(retryAfterMs !== undefined ? [`in ${Math.ceil(retryAfterMs)} ms`] : []),
  ].join(", ");
  const fields = by.map(({ field, value }) => `${field} = ${typeof value === "string" ? JSON.stringify(value) : String(value)}`);
  const last = fields.pop();
  const list = fields.length === 0 ? last : `${fields.join(", ")} and ${last}`;
  return `${marks}: "${rule}" knows it by ${list ?? "what it is"}.`;
}
