/* Sources that give what a script says, on a virtual clock, and note what becomes of them. */
import { type AttemptInfo, constant, Policy, type PolicyOptions } from "redress";
import { type PolicyStream, type PolicyStreamOptions, policyStream } from "redress/stream";
import { VirtualClock } from "redress/testing";

/** An item, a wait, an error to throw, or to hang for ever. What follows the last step is the end. */
export type Step = string | number | Error | "hang";

export interface Source extends AsyncIterable<string> {
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** How often it was closed. */
  closed: number;
  /** How many items were asked for. */
  asked: number;
  /** How many were being asked for at a time, at the most. */
  mostAtOnce: number;
  /** It has given its end, or failed. */
  hasEnded: boolean;
}

export interface StreamStage {
  readonly clock: VirtualClock;
  readonly policy: Policy;
  readonly sources: Source[];
  readonly stream: PolicyStream<string, Source>;
}

/** A source that ignores its signal: what it hangs in, it hangs in for ever. */
export function sourceOf(clock: VirtualClock, script: readonly Step[], { attempt, signal }: AttemptInfo): Source {
  const steps = [...script];
  let atOnce = 0;
  const source: Source = {
    attempt,
    signal,
    closed: 0,
    asked: 0,
    mostAtOnce: 0,
    hasEnded: false,
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        source.asked++;
        source.mostAtOnce = Math.max(source.mostAtOnce, ++atOnce);
        try {
          for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
            if (step === "hang") await new Promise(() => {});
            else if (typeof step === "number") await clock.sleep(step);
            else if (step instanceof Error) throw step;
            else return { done: false, value: step };
          }
          source.hasEnded = true;
          return { done: true, value: undefined };
        } catch (error) {
          source.hasEnded = true;
          throw error;
        } finally {
          atOnce--;
        }
      },
      return: async () => {
        source.closed++;
        return { done: true, value: undefined };
      },
    }),
  };
  return source;
}

export const broken = (): Error => Object.assign(new Error("broken"), { code: "ECONNRESET" });

/** Each attempt gets the next script, the last one for ever. A script that begins with a delay may be opened late by `openMs`. */
export function stage(
  scripts: readonly (readonly Step[])[],
  options: PolicyStreamOptions<string> = {},
  policyOptions: PolicyOptions<unknown, never> = {},
): StreamStage {
  const clock = new VirtualClock();
  const retry = { maxAttempts: 3, strategy: constant(10), deadlineMs: 10_000, ...(policyOptions.retry as object) };
  const policy = new Policy({ clock, ...policyOptions, retry });
  const sources: Source[] = [];
  const open = (attempt: AttemptInfo): Source => {
    const source = sourceOf(clock, scripts[Math.min(sources.length, scripts.length - 1)] ?? [], attempt);
    sources.push(source);
    return source;
  };
  return { clock, policy, sources, stream: policyStream(policy, open, options) };
}

export interface Consumed {
  readonly items: string[];
  readonly error: unknown;
}

/** Takes all items, and lets all the time pass that takes. */
export async function consumed({ clock, stream }: Pick<StreamStage, "clock" | "stream">): Promise<Consumed> {
  const items: string[] = [];
  const loop = (async () => {
    for await (const item of stream) items.push(item);
  })().then(
    () => undefined,
    (error: unknown) => error,
  );
  await clock.run();
  return { items, error: await loop };
}
