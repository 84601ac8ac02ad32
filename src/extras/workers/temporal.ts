/*
 * Temporal: what its client and its workflows get. Most of its errors only wrap one, and that decides: the failure at the bottom, or what
 * gRPC answered. A failure that is not to be tried again says so in `nonRetryable`, or in the `retryState` of what wraps it. Each class
 * marks its errors with a symbol of its name, by which the names that others have too are told apart.
 */
import { classificationWith } from "../../core/failure/kind.ts";
import { ownDelay } from "../common/index.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Sources: sdk-typescript packages/common/src/failure.ts and errors.ts, client/src/errors.ts, worker/src/errors.ts, workflow/src/errors.ts. */
export const TEMPORAL_NAMES: Codes = {
  TIMEOUT: ["TimeoutFailure", "PromiseCompletionTimeoutError", "GracefulShutdownPeriodExpiredError"],
  PERMANENT: [
    "CancelledFailure",
    "TerminatedFailure",
    "WorkflowExecutionAlreadyStartedError",
    "WorkflowNotFoundError",
    "WorkflowExecutionContinuedAsNewError",
    "ActivityNotFoundError",
    "ActivityCancelledError",
    "ActivityPausedError",
    "ActivityResetError",
    "ActivityExecutionAlreadyStartedError",
    "NexusOperationAlreadyStartedError",
    "NexusOperationNotFoundError",
    "NamespaceNotFoundError",
    "BuildIdNotFoundError",
    "ScheduleAlreadyRunning",
    "ScheduleNotFoundError",
    "QueryRejectedError",
    "QueryNotRegisteredError",
    "DeterminismViolationError",
    // Thrown to steer the worker, which must get them.
    "CompleteAsyncError",
    "ContinueAsNew",
  ],
};

/* Names that others have too. */
export const TEMPORAL_GENERAL_NAMES: Codes = {
  PERMANENT: ["ValueError", "IllegalStateError", "PayloadConverterError", "ReplayError"],
};

/* These say of themselves whether they are for good, or of what they wrap. */
export const FAILURES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ApplicationFailure",
  "ServerFailure",
  "ActivityFailure",
  "ChildWorkflowFailure",
  "NexusOperationFailure",
  "WorkflowFailedError",
]);

/* Why Temporal did not go on trying. What it says of attempts and times, the cause says better. */
export const RETRY_STATES: Codes = { PERMANENT: ["NON_RETRYABLE_FAILURE", "CANCEL_REQUESTED"] };

/* The same, where no cause said more. */
export const LATER_RETRY_STATES: Codes = { TIMEOUT: ["TIMEOUT"], SERVER_ERROR: ["INTERNAL_SERVER_ERROR"] };

function temporalRule(link: Link): Verdict {
  const { name } = link;
  if (FAILURES.has(name))
    return link.read("nonRetryable") === true ? "PERMANENT" : kindOfCode(RETRY_STATES, link.text("retryState"));
  const isMarked = link.read(Symbol.for(`__temporal_is${name}`)) === true;
  return kindOfCode(TEMPORAL_NAMES, name) ?? (isMarked ? kindOfCode(TEMPORAL_GENERAL_NAMES, name) : undefined);
}

function temporalFallback(link: Link): Verdict {
  if (link.name === "ServerFailure") return "SERVER_ERROR";
  if (!FAILURES.has(link.name)) return undefined;
  const delayMs = ownDelay(link);
  // Whoever threw a failure with a delay wants it tried again.
  return delayMs === undefined
    ? kindOfCode(LATER_RETRY_STATES, link.text("retryState"))
    : classificationWith("TRANSIENT", delayMs);
}

export const temporal: Library = {
  name: "temporal",
  looks: { names: [TEMPORAL_NAMES, TEMPORAL_GENERAL_NAMES, FAILURES] },
  meaning: { rule: temporalRule, fallbacks: [temporalFallback] },
};
