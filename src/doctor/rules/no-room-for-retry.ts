import type { Classifier } from "../../core/failure/classification.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { defaultClassifier, strictClassifier } from "../../run/default-classifiers.ts";
import { ms } from "../wording.ts";
import { firstDelay } from "../worst-case/index.ts";
import type { SubjectRule } from "./rule.ts";

export const noRoomForRetry: SubjectRule = {
  id: "no-room-for-retry",
  summary: "An attempt that times out leaves no room for a second one before the deadline.",
  reads: ["classifier", "attemptTimeoutMs", "deadlineMs", "maxAttempts", "strategy", "strategies", "sleeper"],
  check({ plan: { retry }, worst: { retried } }) {
    if (retry === null || retry.attemptTimeoutMs === Infinity) return [];
    const { attemptTimeoutMs, deadlineMs } = retry;
    const after = retried.filter(({ errorClass }) => mayBeTimeout(errorClass, retry.classifier));
    if (after.length === 0) return [];
    // A sleeper takes the time that it takes.
    const delays = after.map(({ errorClass, strategy }) => firstDelay(errorClass, strategy)?.leastMs ?? 0);
    const firstMs = retry.sleeper === undefined ? Math.min(...delays) : 0;
    if (attemptTimeoutMs + firstMs < deadlineMs) return [];
    const delay = firstMs === 0 ? "" : ` and the shortest first delay is ${ms(firstMs)}`;
    const message =
      `retry.attemptTimeoutMs is ${ms(attemptTimeoutMs)}${delay}, which leaves no room for a second attempt ` +
      `within retry.deadlineMs (${ms(deadlineMs)}): an attempt that times out is never retried.`;
    const raise = `raise retry.deadlineMs above ${ms(attemptTimeoutMs * 2 + firstMs)}`;
    const roomMs = deadlineMs - firstMs;
    const fix =
      roomMs > 0 ? `Set retry.attemptTimeoutMs well below ${ms(roomMs)}, or ${raise}.` : `Shorten the delays, or ${raise}.`;
    return [{ option: "retry.attemptTimeoutMs", value: attemptTimeoutMs, message, fix }];
  },
};

/** Whether an attempt that timed out may be a failure of this class. The built-in classifiers say what it is; another one is not asked. */
const mayBeTimeout = (errorClass: ErrorClass, classifier: Classifier): boolean =>
  errorClass === "TRANSIENT" || (classifier !== defaultClassifier && classifier !== strictClassifier);
