import { aboveZero, checkOptions, finiteAboveZero, finiteFrom, refuse } from "../../core/option-rules.ts";

/** A period in which a server takes longer: a brownout, or, with a factor that falls to 1, a slow start. */
export interface Slowdown {
  readonly fromMs: number;
  readonly toMs: number;
  /** What service times are multiplied by, > 0. */
  readonly factor: number;
  /** What they are multiplied by at its end, approached in a straight line. @default factor */
  readonly toFactor?: number | undefined;
}

/** What service times are multiplied by at an instant: where slowdowns overlap, their factors multiply. */
export function slowdownAt(slowdowns: readonly Slowdown[], nowMs: number): number {
  let product = 1;
  for (const { fromMs, toMs, factor, toFactor = factor } of slowdowns)
    if (nowMs >= fromMs && nowMs < toMs) product *= factor + ((toFactor - factor) * (nowMs - fromMs)) / (toMs - fromMs);
  return product;
}

export function checkedSlowdowns(slowdowns: unknown = []): readonly Slowdown[] {
  if (!Array.isArray(slowdowns)) refuse("server.slowdowns", "an array", slowdowns);
  return slowdowns.map((given: Slowdown, index) => {
    const owner = `server.slowdowns[${index}]`;
    const rules = { fromMs: finiteFrom(0), toMs: aboveZero, factor: finiteAboveZero, toFactor: finiteAboveZero };
    const slowdown = checkOptions(owner, given, rules, ["fromMs", "toMs", "factor"]);
    if (slowdown.toMs <= slowdown.fromMs)
      refuse(`${owner}.toMs`, `a number > fromMs (${slowdown.fromMs})`, slowdown.toMs, RangeError);
    return { ...slowdown };
  });
}
