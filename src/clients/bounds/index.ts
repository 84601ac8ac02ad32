// ---- for how long an attempt may take, by all that bounds it: what servers are told of

export { type BoundedPolicy, leftOfAttemptMs } from "./left-of-attempt.ts";
