export { delayRange, strategyToAsk } from "./ask-strategy.ts";
export { budgetLimits } from "./budget-limits.ts";
export { firstDelay, totalAfter, unaskable } from "./delays.ts";
export { requestsWhereOneLayerRetries } from "./one-layer.ts";
export { type Retried, strategiesInUse } from "./retried-classes.ts";
export { type Worst, worstOf } from "./worst-case.ts";
