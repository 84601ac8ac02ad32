export type { Bound, Envelope, NestedEnvelope, WorstCase } from "./envelope.ts";
export type { Finding, LintOptions, Traffic } from "./finding.ts";
export { type Kind, kindOf } from "./kind-of.ts";
export { lint } from "./lint.ts";
export { RULES, type RuleId } from "./rules.ts";
export { envelope, nestedEnvelope } from "./to-envelope.ts";
