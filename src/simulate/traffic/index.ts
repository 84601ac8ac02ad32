export { type Arrivals, burst, type Callers, closed, poisson, together } from "./arrivals.ts";
export { type CallCount, recorded } from "./recorded.ts";
