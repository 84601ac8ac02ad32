import type { Hooks } from "../../core/events.ts";
import type { Classifier } from "../../core/failure/classification.ts";
import type { Cost } from "../../core/limit/limiter.ts";
import type { Resumption } from "../../core/retry/progress.ts";
import type { RetriesAround } from "../../core/retry/settings.ts";
import type { Sleeper } from "../time/sleep.ts";
import type { AttemptFailure } from "./attempt-failure.ts";
import type { CallGroup } from "./call-group.ts";
import { atOnce } from "./isolation.ts";
import type { CallOptions, ExecuteOptions, WrapOptions } from "./options.ts";
import type { BeforeSleep, SleepHandler } from "./retry-settings.ts";
import type { Surroundings } from "./scope.ts";
import type { RetryTimeline } from "./timeline.ts";

/** What holds for one call: its options as they were when it began, so that changing them afterwards changes no call in flight. */
export interface CallSettings {
  readonly operation: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Infinity where the call has no deadline of its own. */
  readonly deadlineMs: number;
  /** Whether that deadline is one that the call was given, or inherits. */
  readonly deadlineOf: "call" | "scope";
  readonly cost: Cost | undefined;
  readonly classifier: Classifier | undefined;
  readonly refuseRepeat: ((failed: AttemptFailure | undefined) => string | undefined) | undefined;
  readonly discard: ((value: unknown) => unknown) | undefined;
  readonly abortIf: (() => boolean) | undefined;
  readonly sleep: SleepHandler | undefined;
  readonly beforeSleep: BeforeSleep | undefined;
  readonly sleeper: Sleeper | undefined;
  /** What earlier deliveries have left; `null` where the call begins. */
  readonly resume: Resumption | null;
  /** `null` where the call has none of its own. */
  readonly hooks: Hooks | null;
  readonly captureTimeline: boolean | RetryTimeline;
  /** Whether wrapped functions get the attempt as their first parameter. */
  readonly passAttempt: boolean;
  /** The bound call that it belongs to, whose end is its own; `null` for a call of its own. */
  readonly group: CallGroup | null;
  /** What surrounds the code that has made it; `null` where that is not known, or nothing. */
  readonly around: Surroundings | null;
  /** What the code around it makes of its retries; `null` for what the policy says. */
  readonly retriesAround: RetriesAround | null;
}

/** Settings that are being read. */
export type OpenSettings = { -readonly [Setting in keyof CallSettings]: CallSettings[Setting] };

/** The settings of a call without options. Written out: copying an object with so many members takes longer than the rest. */
export function plainSettings(group: CallGroup | null): OpenSettings {
  return {
    operation: undefined,
    signal: undefined,
    deadlineMs: Infinity,
    deadlineOf: "call",
    cost: undefined,
    classifier: undefined,
    refuseRepeat: undefined,
    discard: undefined,
    abortIf: undefined,
    sleep: undefined,
    beforeSleep: undefined,
    sleeper: undefined,
    resume: null,
    hooks: null,
    captureTimeline: false,
    passAttempt: false,
    group,
    around: null,
    retriesAround: null,
  };
}

/** The same, shared by all calls that have neither options nor a group. */
export const NO_SETTINGS: CallSettings = /* @__PURE__ */ Object.freeze(plainSettings(null));

/**
 * What a call goes by, of options that were read and checked.
 *
 * @param self the object that they came in: what is a method of it is called as one
 */
export function toCallSettings(
  options: (ExecuteOptions & WrapOptions) | undefined,
  group: CallGroup | null = null,
  self: ExecuteOptions | undefined = options,
): CallSettings {
  if (options === undefined) return group === null ? NO_SETTINGS : plainSettings(group);
  const {
    operation,
    signal,
    deadlineMs = Infinity,
    cost,
    classifier,
    refuseRepeat,
    discard,
    abortIf,
    sleep,
    beforeSleep,
    sleeper,
    captureTimeline = false,
    passAttempt = false,
  } = options;
  const settings: OpenSettings = {
    operation,
    signal,
    deadlineMs,
    deadlineOf: "call",
    cost,
    classifier,
    refuseRepeat,
    discard,
    abortIf,
    sleep,
    beforeSleep,
    sleeper,
    resume: null,
    hooks: hooksOf(options, self),
    captureTimeline,
    passAttempt,
    group,
    around: null,
    retriesAround: null,
  };
  bindMethods(settings, self);
  return settings;
}

/** What is asked, and what is told, is called as a method of the object that it came in. */
export function bindMethods(settings: OpenSettings, self: unknown): void {
  const { refuseRepeat, discard, abortIf } = settings;
  if (refuseRepeat !== undefined) settings.refuseRepeat = (failed) => atOnce("refuseRepeat", refuseRepeat.call(self, failed));
  if (discard !== undefined) settings.discard = (value) => discard.call(self, value);
  if (abortIf !== undefined) settings.abortIf = () => atOnce("abortIf", abortIf.call(self));
}

function hooksOf(options: CallOptions, self: CallOptions | undefined): Hooks | null {
  const { onMetric, onLog, onAttemptStart, onAttemptEnd, onCallStart, onCallEnd, aroundAttempt } = options;
  if (!(onMetric ?? onLog ?? onAttemptStart ?? onAttemptEnd ?? onCallStart ?? onCallEnd ?? aroundAttempt)) return null;
  return {
    onMetric: onMetric?.bind(self),
    onLog: onLog?.bind(self),
    onAttemptStart: onAttemptStart?.bind(self),
    onAttemptEnd: onAttemptEnd?.bind(self),
    onCallStart: onCallStart?.bind(self),
    onCallEnd: onCallEnd?.bind(self),
    aroundAttempt: aroundAttempt?.bind(self),
  } satisfies Record<keyof Hooks, unknown>;
}
