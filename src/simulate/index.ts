// ---- running a policy through a scenario

export { type SimulationOptions, type SimulationProgress, simulate } from "./simulate.ts";

// ---- traffic: which calls come

export { type Arrivals, burst, type CallCount, type Callers, closed, poisson, recorded, together } from "./traffic/index.ts";

// ---- models: what is called

export {
  type FailureOptions,
  type JobQueue,
  type JobQueueOptions,
  jobQueue,
  type Latency,
  type LatencyOptions,
  type LatencyShare,
  type LayerOptions,
  latency,
  layer,
  type OutageOptions,
  optimisticLock,
  type RateLimitOptions,
  replicas,
  type ServerOptions,
  type Slowdown,
  server,
  type When,
  withFailures,
  withLatency,
  withOutage,
  withRateLimit,
  withTimeout,
} from "./models/index.ts";

// ---- driver: what it performs, and what a model or a factory of policies is given

export type { Dependency, PolicyFactory, Request, Service, Simulable, World } from "./driver/index.ts";

// ---- record: what it returns

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
} from "./record/index.ts";

// ---- scenarios: traffic and a dependency, ready made

export { type Scenario, type ScenarioOptions, scenarios } from "./scenarios/index.ts";
