import { checkValue, zeroOrMore } from "../core/option-rules.ts";
import { asPart } from "../core/part.ts";
import type { SleepHandler } from "../run/call/retry-settings.ts";

/**
 * A sleep handler for workers: leaves a retry to a later delivery where its delay is long, and sleeps through a short one. A call whose retry is left ends with
 * SCHEDULED; `nextDelayMs` says when it is due, and `progress` how to go on.
 *
 * @param minDelayMs the shortest delay that is left to a later delivery, in milliseconds, >= 0. With 0, all are.
 * @throws RangeError or TypeError for what is no number >= 0.
 * @example
 * const policy = new Policy({ retry: { sleep: deferFrom(5_000), deadlineMs: 3_600_000 } });
 * const outcome = await policy.execute(() => handle(message), { resume: message.progress });
 * if (!outcome.ok && outcome.progress !== null)
 *   await queue.putBack({ ...message, progress: outcome.progress }, { delayMs: outcome.nextDelayMs ?? 30_000 });
 */
export function deferFrom(minDelayMs = 0): SleepHandler {
  checkValue("deferFrom.minDelayMs", minDelayMs, zeroOrMore);
  const handler: SleepHandler = (_context, sleepMs) => (sleepMs >= minDelayMs ? "defer" : "sleep");
  return asPart(handler, { kind: "sleep-handler", name: "deferFrom", settings: { minDelayMs } });
}
