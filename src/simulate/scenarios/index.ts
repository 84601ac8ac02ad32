export { checkScenario, clientsRule } from "./check-scenario.ts";
export type { ScenarioOptions } from "./recipe.ts";
export type { Scenario } from "./scenario.ts";
export { scenarios } from "./scenarios.ts";
