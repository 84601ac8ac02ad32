// ---- got with a policy

export type { HttpPolicy, RequestFacts, RequestOptions, SendDeadline } from "../../clients/http/index.ts";
export { outcomeOf } from "../../clients/http/index.ts";
export type { GotClient } from "./got-shapes.ts";
export { gotWithPolicy } from "./got-with-policy.ts";
