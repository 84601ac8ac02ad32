import { aboveZero, finiteFrom, type OptionRule, refuse } from "../../core/option-rules.ts";

/** When a model is active: all the time, unless it says otherwise. */
export interface When {
  /** When it begins, in simulated milliseconds, >= 0. @default 0 */
  readonly fromMs?: number | undefined;
  /** When it ends, > `fromMs`. @default Infinity */
  readonly toMs?: number | undefined;
  /** Again after so many milliseconds, counted from beginning to beginning: longer than from `fromMs` to `toMs`. @default Infinity */
  readonly everyMs?: number | undefined;
  /** When the repetition ends, > `toMs`. @default Infinity */
  readonly untilMs?: number | undefined;
}

export const whenRules: Readonly<Record<keyof When, OptionRule>> = {
  fromMs: finiteFrom(0),
  toMs: aboveZero,
  everyMs: aboveZero,
  untilMs: aboveZero,
};

/** Returns a function of an instant: when the active period around it ends, or `null` where the model is not active then. */
export function activePeriods(
  owner: string,
  { fromMs = 0, toMs = Infinity, everyMs = Infinity, untilMs = Infinity }: When,
): (nowMs: number) => number | null {
  if (toMs <= fromMs) refuse(`${owner}.toMs`, `a number > fromMs (${fromMs})`, toMs, RangeError);
  if (everyMs <= toMs - fromMs && everyMs < Infinity)
    refuse(`${owner}.everyMs`, `a number > toMs - fromMs (${toMs - fromMs})`, everyMs, RangeError);
  if (untilMs < toMs) refuse(`${owner}.untilMs`, `a number >= toMs (${toMs})`, untilMs, RangeError);
  return (nowMs) => {
    if (nowMs < fromMs || nowMs >= untilMs) return null;
    const beginMs = everyMs === Infinity ? fromMs : nowMs - ((nowMs - fromMs) % everyMs);
    const endMs = Math.min(untilMs, beginMs + (toMs - fromMs));
    return nowMs < endMs ? endMs : null;
  };
}
