/* Which errors were sent, to each Sentry, by whichever hooks: policies that are nested in each other fail with the same error, and have hooks of their own. */
import type { Tags } from "../../index.ts";
import type { SentryLike } from "./shapes.ts";

const sentTo = /* @__PURE__ */ new WeakMap<SentryLike, WeakSet<object>>();

/** Whether one of these was captured. From now on they are. What is no object, such as a thrown string, cannot be told from another. */
export function wasCaptured(sentry: SentryLike, ...errors: readonly unknown[]): boolean {
  let sent = sentTo.get(sentry);
  if (sent === undefined) {
    sent = new WeakSet();
    sentTo.set(sentry, sent);
  }
  const known = errors.filter(
    (error) => (typeof error === "object" && error !== null) || typeof error === "function",
  ) as object[];
  const before = known.some((error) => sent.has(error));
  for (const error of known) sent.add(error);
  return before;
}

const LABELS: readonly (keyof Tags)[] = ["operation", "stop_reason", "class", "err", "cause", "limiter", "reason"];

/** Tags of Sentry: those of ours that are given, each with a name that is nobody else's. */
export function labelsOf(tags: Tags): Record<string, string> {
  const known = LABELS.flatMap((label) => (tags[label] === undefined ? [] : [[`redress.${label}`, tags[label]]]));
  return Object.fromEntries(known);
}
