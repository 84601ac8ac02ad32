/* The rules of the doctor, each in a file of its name: its id, its sentence, what it looks for, and what to do. */
import { blindResultClassifier } from "./blind-result-classifier.ts";
import { breakerName } from "./breaker-name.ts";
import { breakerNeverTrips } from "./breaker-never-trips.ts";
import { breakerTripsOnAbsentClass } from "./breaker-trips-on-absent-class.ts";
import { budgetRunsDry } from "./budget-runs-dry.ts";
import { chaosInPolicy } from "./chaos-in-policy.ts";
import { deadlineOfDeliveries } from "./deadline-of-deliveries.ts";
import { delayExceedsDeadline } from "./delay-exceeds-deadline.ts";
import { fallbackHidesRetries } from "./fallback-hides-retries.ts";
import { hedgeNeverFires } from "./hedge-never-fires.ts";
import { hedgedWrite } from "./hedged-write.ts";
import { identicalBreakers } from "./identical-breakers.ts";
import { limiterBelowProbes } from "./limiter-below-probes.ts";
import { noBudget } from "./no-budget.ts";
import { noDeadline } from "./no-deadline.ts";
import { noJitter } from "./no-jitter.ts";
import { noRoomForRetry } from "./no-room-for-retry.ts";
import { queueOutlastsDeadline } from "./queue-outlasts-deadline.ts";
import { repeatedWrite } from "./repeated-write.ts";
import { retriesFillLimit } from "./retries-fill-limit.ts";
import { retryAfterIgnored } from "./retry-after-ignored.ts";
import { retryAfterUnheard } from "./retry-after-unheard.ts";
import type { Rule, RuleId } from "./rule.ts";
import { secondsForMilliseconds } from "./seconds-for-milliseconds.ts";
import { unknownCapAboveGlobal } from "./unknown-cap-above-global.ts";
import { unreachableCap } from "./unreachable-cap.ts";
import { unusedStrategy } from "./unused-strategy.ts";

export type { Rule, RuleId, Warning } from "./rule.ts";

/** Every rule, in the order of its findings. */
const byId: Readonly<Record<RuleId, Rule>> = {
  "no-room-for-retry": noRoomForRetry,
  "unreachable-cap": unreachableCap,
  "unknown-cap-above-global": unknownCapAboveGlobal,
  "delay-exceeds-deadline": delayExceedsDeadline,
  "retry-after-ignored": retryAfterIgnored,
  "no-budget": noBudget,
  "breaker-never-trips": breakerNeverTrips,
  "breaker-trips-on-absent-class": breakerTripsOnAbsentClass,
  "fallback-hides-retries": fallbackHidesRetries,
  "identical-breakers": identicalBreakers,
  "no-jitter": noJitter,
  "no-deadline": noDeadline,
  "unused-strategy": unusedStrategy,
  "budget-runs-dry": budgetRunsDry,
  "seconds-for-milliseconds": secondsForMilliseconds,
  "retry-after-unheard": retryAfterUnheard,
  "repeated-write": repeatedWrite,
  "breaker-name": breakerName,
  "blind-result-classifier": blindResultClassifier,
  "hedge-never-fires": hedgeNeverFires,
  "hedged-write": hedgedWrite,
  "queue-outlasts-deadline": queueOutlastsDeadline,
  "limiter-below-probes": limiterBelowProbes,
  "retries-fill-limit": retriesFillLimit,
  "deadline-of-deliveries": deadlineOfDeliveries,
  "chaos-in-policy": chaosInPolicy,
};

export const rules: readonly Rule[] = Object.values(byId);

/** All rules, in the order of their findings. */
export const RULES: readonly { readonly id: RuleId; readonly summary: string }[] = rules.map(({ id, summary }) => ({
  id,
  summary,
}));
