// ---- subjects: what can be judged

export { type Kind, kindOf } from "./subjects/index.ts";

// ---- findings: what is wrong with a policy, or risky

export type { Finding, LintOptions } from "./finding.ts";
export { lint } from "./lint.ts";
export { RULES, type RuleId } from "./rules/index.ts";
export type { Traffic } from "./traffic.ts";

// ---- the envelope: the worst that a policy can come to

export type { AllCalls, Bound, Envelope, NestedEnvelope, RateBound, WorstCase } from "./envelope.ts";
export { envelope, nestedEnvelope } from "./to-envelope.ts";
