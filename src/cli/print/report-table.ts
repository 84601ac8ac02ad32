import type { SimulationReport } from "../../simulate/index.ts";
import { isObservedLongEnough } from "../../simulate/record/index.ts";
import { duration, grouped, percent, short, smallest } from "./numbers.ts";

export type Reports = Readonly<Record<string, SimulationReport>>;

const none = "-";

type Row = readonly [label: string, cell: (report: SimulationReport) => string];

const rows: readonly Row[] = [
  ["calls", ({ calls }) => grouped(calls.started)],
  ["succeeded", ({ successRatio }) => (successRatio === null ? none : percent(successRatio))],
  ["answered by a fallback", ({ calls }) => some(calls.fellBack)],
  ["unfinished at the end", ({ calls }) => some(calls.unfinished)],
  ["offered, per second", ({ offeredPerSecond }) => short(offeredPerSecond)],
  ["goodput, per second", ({ goodputPerSecond }) => short(goodputPerSecond)],
  ["requests per call", ({ amplification }) => amplification.toFixed(2)],
  ["latency, p50", ({ latencyMs }) => latency(latencyMs.succeeded.p50)],
  ["latency, p99", ({ latencyMs }) => latency(latencyMs.succeeded.p99)],
  ["time to recover", recovery],
  ["circuit opened", ({ breakerOpenings, circuits }) => (circuits === 0 ? none : times(breakerOpenings))],
  ["circuit open, of time", ({ breakerOpenRatio }) => (breakerOpenRatio === null ? none : percent(breakerOpenRatio))],
  ["budget, lowest", ({ series }) => (series.budgetLevel.length === 0 ? none : short(smallest(series.budgetLevel)))],
];

/** One column per policy. A row without a value for any of them is left out. */
export function table(reports: Reports, width: number): readonly string[] {
  const all = Object.values(reports);
  const shown = rows
    .map(([label, cell]) => [label, ...all.map(cell)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== none));
  const stops = topStops(all).map((reason) => [
    `  ${reason}`,
    ...all.map(({ stopReasons }) => some(stopReasons[reason as keyof typeof stopReasons] ?? 0)),
  ]);
  const lines = [["", ...Object.keys(reports)], ...shown, ...(stops.length === 0 ? [] : [["gave up because of"], ...stops])];
  const label = Math.max(...lines.map(([first = ""]) => first.length));
  const room = Math.max(Math.floor((width - label) / all.length) - 3, 12);
  const columns = all.map((_, index) => Math.min(Math.max(...lines.map((line) => (line[index + 1] ?? "").length), 8), room));
  return lines.map(([first = "", ...cells]) =>
    [first.padEnd(label), ...cells.map((cell, index) => `   ${shortened(cell, room).padStart(columns[index] ?? 0)}`)]
      .join("")
      .trimEnd(),
  );
}

/** The end of a name tells more than its beginning: `...cies.ts:payments`. */
function shortened(name: string, length: number): string {
  return name.length <= length ? name : `...${name.slice(3 - length)}`;
}

/** The three commonest reasons of each policy. */
function topStops(reports: readonly SimulationReport[]): readonly string[] {
  const top = reports.flatMap(({ stopReasons }) =>
    Object.entries(stopReasons)
      .filter(([, many]) => many > 0)
      .sort(([, one], [, other]) => other - one)
      .slice(0, 3),
  );
  const most = new Map<string, number>();
  for (const [reason, many] of top) most.set(reason, Math.max(most.get(reason) ?? 0, many));
  return [...most].sort(([, one], [, other]) => other - one).map(([reason]) => reason);
}

function recovery({ disturbance, durationMs, recoveredAtMs, timeToRecoverMs }: SimulationReport): string {
  if (disturbance === null) return none;
  if (timeToRecoverMs === null) return isObservedLongEnough(disturbance, durationMs) ? "never" : none;
  return recoveredAtMs === null ? "never fell" : duration(Math.max(timeToRecoverMs, 0));
}

const some = (many: number): string => (many === 0 ? none : grouped(many));
const latency = (ms: number | null): string => (ms === null ? none : duration(ms));
const times = (many: number): string => `${grouped(many)} x`;
