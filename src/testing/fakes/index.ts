export { type BudgetReport, type BudgetRequest, FakeBudget } from "./fake-budget.ts";
export {
  type BreakerReport,
  FakeCircuitBreaker,
  type FakeCircuitBreakerOptions,
} from "./fake-circuit-breaker.ts";
export { FakeLimiter, type FakeLimiterOptions, type LimiterDecision, type LimiterRequest } from "./fake-limiter.ts";
