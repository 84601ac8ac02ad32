/*
 * What becomes an event in Sentry, and what does not. The first line that applies wins:
 *   1. a value               -> none, but for a failure that a fallback covered, where that was asked for
 *   2. an expected stop      -> none
 *   3. an error that a policy further in has captured, or what wraps it  -> none
 *   4. otherwise             -> one event, of the error that `call` throws
 * All else is a breadcrumb of the event that may follow.
 */
import {
  arrayOf,
  type OptionTable,
  objectWith,
  oneOf,
  refuse,
  requireOptions,
  trueOrFalse,
} from "../../clients/options/index.ts";
import { type CallContext, type CallEnd, type EventName, type Hooks, StopReason, type Tags } from "../../index.ts";
import { EXPECTED_STOPS, FallbackTags, fieldsOf } from "../../telemetry/index.ts";
import { labelsOf, wasCaptured } from "./captured.ts";
import type { SentryLevel, SentryLike } from "./shapes.ts";

/** What is sent to Sentry. */
export interface SentryOptions {
  /** The stop reasons that are no news: they leave a breadcrumb, and no event. @default ABORTED, SCHEDULED, CIRCUIT_OPEN and LIMITED */
  readonly expected?: readonly StopReason[] | undefined;
  /** Whether a failure whose value a fallback gave is an event too, as a warning. @default false */
  readonly captureCovered?: boolean | undefined;
  /** The level of events. @default "error" */
  readonly level?: SentryLevel | undefined;
  /** Whether what policies do is kept as breadcrumbs. @default true */
  readonly breadcrumbs?: boolean | undefined;
  /** Whether events are grouped by operation, stop reason and error class, instead of by their stacks. @default true */
  readonly fingerprint?: boolean | undefined;
}

const table: OptionTable<keyof SentryOptions> = {
  rules: {
    expected: arrayOf("an array of stop reasons", oneOf(Object.keys(StopReason))),
    captureCovered: trueOrFalse,
    level: oneOf(["fatal", "error", "warning", "info", "debug"]),
    breadcrumbs: trueOrFalse,
    fingerprint: trueOrFalse,
  },
};

const aSentry = objectWith("Sentry, with addBreadcrumb and captureException", ["addBreadcrumb", "captureException"]);

/** What goes its way. Everything else that is told of is a warning. */
const USUAL: ReadonlySet<EventName> = new Set<EventName>([
  "retry",
  "hedge",
  "circuit_half_open",
  "circuit_closed",
  "scheduled",
  "aborted",
]);

/**
 * Sends what a policy could not help to Sentry: one event for each call that has failed, and breadcrumbs of its retries, rejections and circuits. Expected stops,
 * failures that a fallback has covered, and errors that an inner policy has sent already are no events.
 *
 * @param sentry the module: `import * as Sentry from "@sentry/node"`
 * @throws TypeError for what is not Sentry, and for a wrong or unknown option
 * @example
 * import { sentryHooks } from "redress/sentry";
 *
 * const policy = new Policy({ operation: "read_order", retry: {}, hooks: sentryHooks(Sentry) });
 */
export function sentryHooks(sentry: SentryLike, options: SentryOptions = {}): Hooks {
  if ((typeof sentry !== "object" && typeof sentry !== "function") || sentry === null || !aSentry.ok(sentry as never))
    refuse("sentryHooks.sentry", aSentry.text, sentry, TypeError);
  const given = requireOptions("sentryHooks", options, table);
  const { expected = EXPECTED_STOPS, captureCovered = false, level = "error", breadcrumbs = true, fingerprint = true } = given;
  const news = new Set(expected);
  const fallbacks = new FallbackTags();
  /** The latest error of calls that a fallback may cover. */
  const latest = new WeakMap<CallContext, unknown>();

  const capture = (call: CallContext, end: CallEnd, error: unknown, covered: Tags | null): unknown => {
    const { attempts, elapsed_ms, ...fields } = fieldsOf(call, end, covered);
    const stop = fields.stop_reason ?? "POLICY_FAULT";
    return sentry.captureException(error, {
      level: covered === null ? level : "warning",
      tags: labelsOf(fields),
      ...(fingerprint && { fingerprint: [call.operation ?? "no operation", stop, fields.class ?? "no class"] }),
      contexts: { redress: { attempts, elapsed_ms } },
    });
  };

  return {
    onMetric(event, attempt, sleepMs, tags) {
      if (event === "success") return undefined;
      fallbacks.heard(event, tags);
      if (!breadcrumbs) return undefined;
      return sentry.addBreadcrumb({
        category: "redress",
        message: event,
        level: USUAL.has(event) ? "info" : "warning",
        data: { ...tags, attempt, ...(sleepMs > 0 && { sleep_ms: Math.round(sleepMs) }) },
      });
    },
    ...(captureCovered && {
      onAttemptEnd({ call, cause, error }) {
        if (cause === "exception") latest.set(call, error);
      },
    }),
    onCallEnd(call, end) {
      if (end.ok) {
        const covered = end.fellBack ? fallbacks.take(call) : null;
        const error = latest.get(call);
        if (covered === null || error === undefined || isExpected(covered, news) || wasCaptured(sentry, error)) return undefined;
        return capture(call, end, error, covered);
      }
      if (end.stopReason === null) return wasCaptured(sentry, end.fault) ? undefined : capture(call, end, end.fault, null);
      if (news.has(end.stopReason) || wasCaptured(sentry, end.lastError, end.error)) return undefined;
      return capture(call, end, end.error, null);
    },
  };
}

const isExpected = ({ stop_reason: stop }: Tags, news: ReadonlySet<StopReason>): boolean => stop !== undefined && news.has(stop);
