export type { Dependency, Request, Service, World } from "./dependency.ts";
export type { BreakerChange, Latency, Series, SimulationReport, Stretch } from "./report.ts";
