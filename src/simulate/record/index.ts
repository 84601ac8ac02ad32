export { INTERVAL_MS } from "./interval-series.ts";
export { ratesOf } from "./rates.ts";
export { Recorder } from "./recorder.ts";
export { HEALTHY_MS, isObservedLongEnough } from "./recovery.ts";
export type {
  AdaptiveLimitColumn,
  BreakerChange,
  HedgeCounts,
  LatencySummary,
  LimitedCalls,
  LimitedColumn,
  Series,
  SimulationReport,
  Stretch,
} from "./report.ts";
