export { delayRange, strategyToAsk } from "./ask-strategy.ts";
export { budgetLimits } from "./budget-limits.ts";
export { deferralOf } from "./deferral.ts";
export { firstDelay, retriesBefore, totalAfter, unaskable } from "./delays.ts";
export { type HedgeLimits, hedgeLimits } from "./hedge-limits.ts";
export {
  type LimiterLimits,
  limiterLimits,
  mostWithin,
  placesOf,
  queuedBefore,
  type Rate,
  usuallyInQueueMs,
} from "./limiter-limits.ts";
export { requestsWhereOneLayerRetries } from "./one-layer.ts";
export { type Retried, strategiesInUse } from "./retried-classes.ts";
export { type Worst, worstOf } from "./worst-case.ts";
