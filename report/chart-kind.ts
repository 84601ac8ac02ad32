/* What a kind of chart is: its lines, and the text in the place of a chart that would be empty. */
import { ratesOf, type Series, type SimulationReport } from "../src/simulate/record/index.ts";
import type { Run } from "./data.ts";

type Values = readonly (number | null)[];

/** One line of a chart. Its dashes or its filling, and not its colour alone, tell it from the other lines. */
interface Line {
  readonly label: string;
  /** A custom property of the style sheet, `goodput` for `--goodput`. */
  readonly colour: string;
  readonly dash?: readonly number[];
  readonly area?: "tinted" | "solid" | "striped";
  readonly values: (report: SimulationReport) => Values;
  /** Where the line is drawn, if not at its values: on top of another line. */
  readonly drawn?: (report: SimulationReport) => Values;
  /** Left out where it is empty for every policy. */
  readonly optional?: boolean;
}

interface ChartKind {
  readonly id: string;
  readonly title: string;
  /** One sentence on how to read it. */
  readonly note: string;
  /** A function where they depend on what the policies have. */
  readonly lines: readonly Line[] | ((runs: readonly Run[]) => readonly Line[]);
  readonly format: (value: number) => string;
  readonly tick: (value: number) => string;
  /** Steps for states that hold from one instant to the next, lines for counts of an interval. */
  readonly shape: "line" | "steps";
  /** Whole numbers only. */
  readonly whole?: boolean;
  /** A logarithmic scale where the values need one. */
  readonly wideRange?: boolean;
  /** The value that the scale reaches at least; it begins at zero. */
  readonly atLeast?: (runs: readonly Run[]) => number;
  /** Why there is nothing to draw. */
  readonly missing: (series: Series) => string | null;
  /** Whether a policy has what it is about: where none has, the page does not speak of it. @default always */
  readonly isAbout?: (series: Series) => boolean;
}

const rate =
  (pick: (series: Series) => readonly number[]) =>
  (report: SimulationReport): Values =>
    ratesOf(pick(report.series), report);

const isEmpty = (values: Values) => values.every((value) => !value);

/** The lines that are not empty for every policy. */
function linesOf({ lines }: ChartKind, runs: readonly Run[]): Line[] {
  const all = typeof lines === "function" ? lines(runs) : lines;
  return all.filter(({ optional, values }) => !optional || runs.some(({ report }) => !isEmpty(values(report))));
}

export { type ChartKind, isEmpty, type Line, linesOf, rate, type Values };
