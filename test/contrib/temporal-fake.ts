/* Temporal as an activity sees it: the module, and a server that retries as Temporal's does (its rules of `isRetryable` and `nextBackoffInterval`). */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ActivityContext, ActivityInfo, ActivityModule, ApplicationFailureFacts } from "../../src/contrib/temporal/index.ts";

/** Marked as Temporal's are. */
const marked = (name: string) => {
  const Marked = class extends Error {};
  Object.defineProperty(Marked.prototype, "name", { value: name });
  Object.defineProperty(Marked.prototype, Symbol.for(`__temporal_is${name}`), { value: true });
  return Marked;
};
export const CancelledFailure = marked("CancelledFailure");
export const CompleteAsyncError = marked("CompleteAsyncError");

export class ApplicationFailure extends marked("ApplicationFailure") {
  declare readonly type: string;
  declare readonly nonRetryable: boolean;
  declare readonly details: unknown[];
  declare readonly nextRetryDelay?: number;
  static create({ message, cause, ...facts }: ApplicationFailureFacts): ApplicationFailure {
    return Object.assign(new ApplicationFailure(message, { cause }), facts);
  }
}

const asyncLocalStorage = new AsyncLocalStorage<ActivityContext>();
const current = (): ActivityContext => {
  const context = asyncLocalStorage.getStore();
  if (context === undefined) throw new Error("Activity context not initialized");
  return context;
};
export const activity = { Context: { current }, ApplicationFailure, asyncLocalStorage } satisfies ActivityModule;

const infoWith = (change: Partial<ActivityInfo> = {}): ActivityInfo => ({
  attempt: 1,
  activityType: "sendMail",
  isLocal: false,
  heartbeatDetails: undefined,
  scheduledTimestampMs: 1,
  currentAttemptScheduledTimestampMs: 1,
  scheduleToCloseTimeoutMs: 0,
  startToCloseTimeoutMs: 0,
  ...change,
});

/** One attempt, which may be cancelled, and whose heartbeats are kept as the converter of payloads would. */
export class AttemptOf {
  readonly heartbeats: unknown[] = [];
  readonly #cancelling = new AbortController();
  readonly #context: { -readonly [Name in keyof ActivityContext]: ActivityContext[Name] };

  constructor(change: Partial<ActivityInfo> = {}) {
    this.#context = {
      info: infoWith(change),
      cancellationSignal: this.#cancelling.signal,
      heartbeat: (details) => void this.heartbeats.push(JSON.parse(JSON.stringify(details))),
    };
  }

  cancel(message: string, details: NonNullable<ActivityContext["cancellationDetails"]>): void {
    this.#context.cancellationDetails = details;
    this.#cancelling.abort(new CancelledFailure(message));
  }

  run<T>(fn: () => T): T {
    return asyncLocalStorage.run(this.#context, fn);
  }

  /** What it threw. */
  async failure(fn: () => unknown): Promise<ApplicationFailure> {
    try {
      await this.run(fn);
    } catch (error) {
      return error as ApplicationFailure;
    }
    throw new Error("the attempt has a value");
  }
}
