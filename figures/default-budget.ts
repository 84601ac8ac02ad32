/* The tables and the chart of docs/evidence.md about the default budget. */
import { scenarios } from "redress/simulate";
import { horizontalBars } from "./charts.ts";
import { refusedInCalm, restartWith, scenarioWith } from "./experiments/calm.ts";
import { candidates, capacities, DEFAULT, NONE } from "./experiments/candidates.ts";
import { type Recovery, recoveryWith, storms } from "./experiments/storms.ts";
import { rounded, table } from "./tables.ts";

type Write = (section: string, text: string) => void;
type Log = (text: string) => void;

const names = Object.keys(candidates);
const SEEDS = 100;
/** Runs that never recover are long. */
const seedsOf = (candidate: string): number => (candidate === NONE ? 20 : SEEDS);

const laterBy = ({ recovered, seeds, meanLaterS, mostLaterS }: Recovery): string =>
  recovered < seeds ? `${recovered} of ${seeds} recover` : `${rounded(meanLaterS, 1)}, at most ${rounded(mostLaterS, 0)}`;
const inTime = ({ inTime: count, seeds }: Recovery): string => `${count} of ${seeds}`;
const tenths = (value: number | null): number | null => value && Math.round(value * 10) / 10;

/** Every candidate in the plain storm. */
export function recoveryOfCandidates(write: Write, chart: URL, log: Log): void {
  const [plain = ""] = Object.keys(storms);
  const results = names.map((name) => {
    log(`  ${name}`);
    return [1, 10].map((processes) => recoveryWith(name, plain, processes, seedsOf(name))) as [Recovery, Recovery];
  });
  const rows = results.map(([one, ten], index) => [names[index] ?? "", laterBy(one), inTime(one), laterBy(ten), inTime(ten)]);
  write(
    "default-recovery",
    table(["budget", "later by (s), 1 process", "within 5 s", "later by (s), 10 processes", "within 5 s"], rows),
  );
  horizontalBars(
    chart,
    {
      title: "How much later than without retries (no bar: not within four minutes)",
      x: `seconds, mean of ${SEEDS} seeds`,
      y: "",
    },
    names,
    [
      { name: "1 process", values: results.map(([one]) => tenths(one.meanLaterS)) },
      { name: "10 processes", values: results.map(([, ten]) => tenths(ten.meanLaterS)) },
    ],
  );
}

/** The candidates that count failures at once and timeouts differently, in the other storms. */
export function recoveryInStorms(write: Write, log: Log): void {
  const counting = names.slice(-3);
  const rows = Object.keys(storms)
    .slice(1)
    .flatMap((storm) => {
      log(`  ${storm}`);
      return counting.map((name) => {
        const [one, ten] = [recoveryWith(name, storm, 1, SEEDS), recoveryWith(name, storm, 10, SEEDS)];
        return [storm, name, laterBy(one), inTime(one), laterBy(ten), inTime(ten)];
      });
    });
  write(
    "default-storms",
    table(["storm", "budget", "later by (s), 1 process", "within 5 s", "later by (s), 10 processes", "within 5 s"], rows),
  );
}

export function costInCalm(write: Write): void {
  const kinds = [
    { atOnce: 0.05, timeouts: 0 },
    { atOnce: 0.08, timeouts: 0 },
    { atOnce: 0, timeouts: 0.02 },
    { atOnce: 0, timeouts: 0.05 },
    { atOnce: 0.05, timeouts: 0.02 },
    { atOnce: 0.08, timeouts: 0.02 },
  ];
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const heads = kinds.map(({ atOnce, timeouts }) =>
    [atOnce > 0 ? `${percent(atOnce)} at once` : "", timeouts > 0 ? `${percent(timeouts)} timeouts` : ""]
      .filter(Boolean)
      .join(", "),
  );
  const rows = names.slice(1).map((name) => [
    name,
    ...kinds.map((kind) => {
      const worst = Math.max(...[1, 10, 100].map((callsPerSecond) => refusedInCalm(name, callsPerSecond, kind)));
      return `${rounded(worst * 100, 2)} %`;
    }),
  ]);
  write("default-calm", table(["budget", ...heads], rows));
}

export function costInRestart(write: Write): void {
  const kinds = [
    [1, 10],
    [1, 100],
    [3, 10],
    [3, 100],
  ] as const;
  const rows = names.map((name) => [
    name,
    ...kinds.map(([seconds, callsPerSecond]) => {
      const { failed, affected } = restartWith(name, callsPerSecond, seconds);
      return `${failed} of ${affected}`;
    }),
  ]);
  write("default-restart", table(["budget", ...kinds.map(([seconds, rate]) => `${seconds} s, ${rate} per second`)], rows));
}

/** Why the default one carries 500 failures at once: fewer lose more of a restart, more keep an overload alive. */
export function sizes(write: Write): void {
  const storm = Object.keys(storms).at(-1) ?? "";
  const rows = Object.keys(capacities).map((name) => {
    const { failed, affected } = restartWith(name, 100, 3);
    return [name, `${failed} of ${affected}`, ...[1, 10].map((processes) => laterBy(recoveryWith(name, storm, processes, 20)))];
  });
  write(
    "default-capacity",
    table(["budget", "lost of 3 s, 100 per second", "later by (s), 1 process", "later by (s), 10 processes"], rows),
  );
}

/** The ready-made scenarios, with the default and without a budget. */
export function readyMade(write: Write, log: Log): void {
  const rows = (Object.keys(scenarios) as (keyof typeof scenarios)[]).flatMap((name) => {
    log(`  ${name}`);
    return [1, 10].map((processes) => {
      const [none, budgeted] = [NONE, DEFAULT].map((candidate) => scenarioWith(candidate, name, processes, SEEDS));
      const cells = [none, budgeted].flatMap((means) => [
        `${rounded((means?.successRatio ?? 0) * 100, 1)} %`,
        rounded(means?.amplification ?? null, 2),
        rounded(means?.recoveryS ?? null, 1),
      ]);
      return [name, processes, ...cells];
    });
  });
  write(
    "default-scenarios",
    table(
      [
        "scenario",
        "processes",
        "`unlimited`: succeed",
        "requests per call",
        "recovers after (s)",
        "`RetryThrottle`: succeed",
        "requests per call",
        "recovers after (s)",
      ],
      rows,
    ),
  );
}
