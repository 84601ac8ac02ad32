export {
  assertClassifiedAs,
  assertFellBack,
  assertLastClass,
  assertRetried,
  assertStoppedBecause,
  assertSucceeded,
  assertWaited,
  type CallMatchers,
  matchers,
} from "./assertions/index.ts";
export {
  type ChaosAttempt,
  type ChaosFault,
  type ChaosMonkey,
  type ChaosOptions,
  type ChaosStats,
  chaos,
  isChaos,
} from "./chaos/index.ts";
export { DeterministicStrategy, type DeterministicStrategyOptions } from "./deterministic-strategy.ts";
export { errors } from "./errors/index.ts";
export type { FakeAnswer, FakeFailure, FakePolicyOptions, FakeSuccess } from "./fake-answers.ts";
export { FakePolicy } from "./fake-policy.ts";
export {
  type BreakerReport,
  type BudgetReport,
  type BudgetRequest,
  FakeBudget,
  FakeCircuitBreaker,
  type FakeCircuitBreakerOptions,
  FakeLimiter,
  type FakeLimiterOptions,
  type LimiterDecision,
  type LimiterRequest,
} from "./fakes/index.ts";
export type { RecordedAttempt, RecordedCall, RecordedEvent } from "./recorder.ts";
export { RecordingPolicy } from "./recording-policy.ts";
export { type InstantRetries, instantRetries, noRetries } from "./retries.ts";
export {
  answers,
  fails,
  hangs,
  returns,
  type ScriptedAttempt,
  type ScriptedFetch,
  type ScriptedOperation,
  type ScriptedSyncOperation,
  type ScriptOptions,
  type ScriptRecord,
  type Step,
  scripted,
  succeeds,
  throws,
} from "./scripted/index.ts";
export { VirtualClock } from "./virtual-clock.ts";
