import { DEFAULT_TRIP_ON } from "../../core/breaker/defaults.ts";
import type { Classification } from "../../core/failure/classification.ts";
import { type Decision, decide } from "../../core/retry/decision.ts";
import { defaultStrategy, RETRY_DEFAULTS } from "../../core/retry/defaults.ts";
import type { DefaultReaction } from "../print/index.ts";

/** What a policy with nothing but defaults makes of a first failure. The decision is asked itself, at both ends of its chance. */
export function defaultReaction(classification: Classification): DefaultReaction {
  const { errorClass } = classification;
  const [least, most] = [decisionAt(classification, 0), decisionAt(classification, 1)];
  return {
    retries: errorClass === "UNKNOWN" ? RETRY_DEFAULTS.maxUnknownRetries : RETRY_DEFAULTS.maxAttempts - 1,
    delayMs: least.retry && most.retry ? { least: least.delayMs, most: most.delayMs } : null,
    stopReason: least.retry ? null : least.stopReason,
    opensCircuit: DEFAULT_TRIP_ON.has(errorClass),
  };
}

function decisionAt(classification: Classification, chance: number): Decision {
  const settings = {
    ...RETRY_DEFAULTS,
    strategy: defaultStrategy(),
    strategies: {},
    maxRetriesPerClass: {},
    budget: undefined,
  };
  return decide(
    settings,
    { failures: {}, prevSleepMs: null },
    {
      attempt: 1,
      classification,
      cause: "exception",
      remainingMs: RETRY_DEFAULTS.deadlineMs,
      circuitOpened: false,
      retriedForMs: null,
      repeatRefused: false,
      retriesAround: null,
      random: () => chance,
      tell: () => {},
    },
  );
}
