export { INTERVAL_MS } from "./interval-series.ts";
export { ratesOf } from "./rates.ts";
export { Recorder } from "./recorder.ts";
export { HEALTHY_MS, isObservedLongEnough } from "./recovery.ts";
export type { BreakerChange, HedgeCounts, LatencySummary, LimitedCalls, SimulationReport, Stretch } from "./report.ts";
export type { AdaptiveLimitColumn, LimitedColumn, Series } from "./series.ts";
