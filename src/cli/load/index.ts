export { findScenario, listScenarios, readyMadeScenarios, withArrivals } from "./find-scenario.ts";
export type { Subject } from "./find-subjects.ts";
export { type LoadedTarget, loadOne, loadTargets } from "./load-targets.ts";
export { toFinding } from "./option-error.ts";
export { policyOf, simulableSubjects } from "./simulable-policy.ts";
export { splitTarget } from "./target.ts";
export { isThrownByRedress, userPlace, userStack } from "./user-stack.ts";
