import type { SimulationReport } from "../../simulate/index.ts";
import { isObservedLongEnough } from "../../simulate/record/index.ts";
import { duration, grouped, largest, percent, short, smallest } from "./numbers.ts";

export type Reports = Readonly<Record<string, SimulationReport>>;

const none = "-";
/** Characters of a limiter's name, so that the columns have room. */
const MOST_OF_NAME = 20;

type Row = readonly [label: string, cell: (report: SimulationReport) => string];
type Line = readonly string[];

const rows: readonly Row[] = [
  ["calls", ({ calls }) => grouped(calls.started)],
  ["succeeded", ({ successRatio }) => (successRatio === null ? none : percent(successRatio))],
  ["answered by a fallback", ({ calls }) => some(calls.fellBack)],
  ["unfinished at the end", ({ calls }) => some(calls.unfinished)],
  ["offered, per second", ({ offeredPerSecond }) => short(offeredPerSecond)],
  ["goodput, per second", ({ goodputPerSecond }) => short(goodputPerSecond)],
  ["deliveries", ({ calls, deliveries }) => (deliveries === calls.started ? none : grouped(deliveries))],
  ["requests per call", ({ amplification }) => amplification.toFixed(2)],
  ["latency, p50", ({ latencyMs }) => latency(latencyMs.succeeded.p50)],
  ["latency, p99", ({ latencyMs }) => latency(latencyMs.succeeded.p99)],
  ["latency, p99.9", ({ latencyMs }) => latency(latencyMs.succeeded.p999)],
  ["time to recover", recovery],
  ["circuit opened", ({ breakerOpenings, circuits }) => (circuits === 0 ? none : times(breakerOpenings))],
  ["circuit open, of time", ({ breakerOpenRatio }) => (breakerOpenRatio === null ? none : percent(breakerOpenRatio))],
  ["budget, lowest", ({ series }) => (series.budgetLevel.length === 0 ? none : short(smallest(series.budgetLevel)))],
  ["hedges", ({ hedges }) => (hedges === null ? none : grouped(hedges.started))],
  ["hedges that won", ({ hedges }) => (hedges === null ? none : grouped(hedges.won))],
  ["hedges refused", ({ hedges }) => (hedges === null ? none : grouped(hedges.refused))],
  ["attempts cut", ({ hedges }) => (hedges === null ? none : grouped(hedges.cut))],
  ["calls that queued", ({ waitedMs }) => some(waitedMs.count)],
  ["time in queue, p50", ({ waitedMs }) => latency(waitedMs.p50)],
  ["time in queue, p99", ({ waitedMs }) => latency(waitedMs.p99)],
];

/** One column per policy. A row without a value for any of them is left out. */
export function table(reports: Reports, width: number): readonly string[] {
  const all = Object.values(reports);
  const shown = [...rows, ...limitRows(all)]
    .map(([label, cell]): Line => [label, ...all.map(cell)])
    .filter(([, ...cells]) => cells.some((cell) => cell !== none));
  const lines = [
    ["", ...Object.keys(reports)],
    ...shown,
    ...section("turned away by", rejectionRows(all), all),
    ...section("gave up because of", stopRows(all), all),
  ];
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

/** Rows under a title of their own; nothing where there are none. */
function section(title: string, rows: readonly Row[], all: readonly SimulationReport[]): readonly Line[] {
  return rows.length === 0 ? [] : [[title], ...rows.map(([label, cell]) => [`  ${label}`, ...all.map(cell)])];
}

/** The three commonest reasons of each policy. */
function stopRows(reports: readonly SimulationReport[]): readonly Row[] {
  const top = reports.flatMap(({ stopReasons }) => commonest(Object.entries(stopReasons)));
  return byCount(top).map((reason) => [reason, ({ stopReasons }) => some(stopReasons[reason as keyof typeof stopReasons] ?? 0)]);
}

/** The three limiters and reasons that turned away most calls of each policy. */
function rejectionRows(reports: readonly SimulationReport[]): readonly Row[] {
  const countsOf = ({ limited }: SimulationReport) =>
    limited.map(({ limiter, reason, count }): Counted => [`${shortened(limiter, MOST_OF_NAME)} (${reason})`, count]);
  const top = reports.flatMap((report) => commonest(countsOf(report)));
  return byCount(top).map((label) => [label, (report) => some(new Map(countsOf(report)).get(label) ?? 0)]);
}

/** The range of each limit that adapts. */
function limitRows(reports: readonly SimulationReport[]): readonly Row[] {
  const names = new Set(reports.flatMap(({ series }) => series.adaptiveLimits.map(({ limiter }) => limiter)));
  return [...names].map((name) => [
    `limit of ${shortened(name, MOST_OF_NAME)}`,
    ({ series }) => {
      const limits = series.adaptiveLimits.find(({ limiter }) => limiter === name)?.limits ?? [];
      return limits.length === 0 ? none : `${short(smallest(limits))} to ${short(largest(limits))}`;
    },
  ]);
}

type Counted = readonly [name: string, many: number];

const commonest = (counts: readonly Counted[]): readonly Counted[] =>
  counts
    .filter(([, many]) => many > 0)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3);

/** Each name once, the one with the highest count first. */
function byCount(counts: readonly Counted[]): readonly string[] {
  const most = new Map<string, number>();
  for (const [name, many] of counts) most.set(name, Math.max(most.get(name) ?? 0, many));
  return [...most].sort(([, one], [, other]) => other - one).map(([name]) => name);
}

function recovery({ disturbance, durationMs, recoveredAtMs, timeToRecoverMs }: SimulationReport): string {
  if (disturbance === null) return none;
  if (timeToRecoverMs === null) return isObservedLongEnough(disturbance, durationMs) ? "never" : none;
  return recoveredAtMs === null ? "never fell" : duration(Math.max(timeToRecoverMs, 0));
}

const some = (many: number): string => (many === 0 ? none : grouped(many));
const latency = (ms: number | null): string => (ms === null ? none : duration(ms));
const times = (many: number): string => `${grouped(many)} x`;
