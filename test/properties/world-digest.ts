/* What there is to compare of two worlds in which the same script was lived through. */
import { inspect } from "node:util";
import type { CallReport } from "./call-report.ts";

export const show = (value: unknown): string => (value instanceof Error ? `${value.name}: ${value.message}` : inspect(value));

/** What there is to compare of a call. Errors are other ones in every world, so what they say stands for them. */
export function digest(call: CallReport): object {
  const { startedAtMs, settledAtMs, invokedAtMs, events, starts, ends, ending } = call;
  const failure = ending?.failure;
  const thrown = ending?.thrown;
  return {
    startedAtMs,
    settledAtMs,
    invokedAtMs,
    events,
    attempts: [...starts, ...ends].map(({ error, ...context }) => ({ ...context, error: show(error) })),
    value: show(ending?.value),
    failure: failure && { ...failure, lastError: show(failure.lastError), lastResult: show(failure.lastResult) },
    fault: thrown && failure === undefined ? show(thrown.error) : null,
  };
}
