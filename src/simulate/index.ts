// ---- running a policy through a scenario

// ---- who calls
export { type Arrivals, burst, type Callers, closed, poisson, together } from "./arrivals.ts";
// ---- what is called
export type { Dependency, Request, Service, World } from "./dependency.ts";
export {
  type FailureOptions,
  type LatencyOptions,
  type OutageOptions,
  withFailures,
  withLatency,
  withOutage,
  withTimeout,
} from "./disturbances.ts";
export { type Latency, latency } from "./latency.ts";
export { type LayerOptions, layer } from "./layer.ts";
export { optimisticLock } from "./optimistic-lock.ts";
export { type RateLimitOptions, withRateLimit } from "./rate-limit.ts";
export { type CallCount, recorded } from "./recorded.ts";
export { replicas } from "./replicas.ts";
export type { BreakerChange, LatencySummary, Series, SimulationReport, Stretch } from "./report.ts";
export type { Scenario } from "./scenario.ts";
export { type ScenarioOptions, scenarios } from "./scenarios.ts";
export { type ServerOptions, type Slowdown, server } from "./server.ts";
export { type Progress, type SimulationOptions, simulate } from "./simulate.ts";
export type { When } from "./stretch.ts";
export type { PolicyFactory, Simulable } from "./universe.ts";
