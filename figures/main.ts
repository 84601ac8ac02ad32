/*
 * Computes and draws all tables and charts of docs/evidence.md, and those of the README: `npm run figures`, 15 to 30 minutes;
 * `npm run figures -- loop jitter` for some of them. The seeds are fixed, so that the result is always the same.
 */
import { bars, lines } from "./charts.ts";
import { costInCalm, costInRestart, readyMade, recoveryInStorms, recoveryOfCandidates, sizes } from "./default-budget.ts";
import { bucketFigures, publishedBuckets } from "./experiments/buckets.ts";
import { layers, oneLayer } from "./experiments/closed-forms.ts";
import { found, limitsOf, search, searches } from "./experiments/concurrency.ts";
import { hedgedAt, hedgedTail, unhedgedTail } from "./experiments/hedging.ts";
import { jitterFigures, publishedJitter } from "./experiments/jitter.ts";
import { loops } from "./experiments/loop.ts";
import { metastable, reactions, recoveries } from "./experiments/metastable.ts";
import { clients, overloadStep, stepFigure } from "./experiments/overload-step.ts";
import { throttled, throttledFigure } from "./experiments/throttling.ts";
import { intoPage, rounded, table } from "./tables.ts";

const page = new URL("../docs/evidence.md", import.meta.url);
const readme = new URL("../README.md", import.meta.url);
const chart = (name: string): URL => new URL(`../docs/charts/${name}.svg`, import.meta.url);
const log = (text: string): void => void process.stdout.write(`${text}\n`);

function jitter(): void {
  const simulated = jitterFigures();
  const rows = simulated.map(({ strategy, calls, completionMs }, index) => {
    const published = publishedJitter[index];
    return [
      strategy,
      rounded(published?.calls ?? null, 0),
      rounded(calls, 0),
      rounded(published?.completionMs ?? null, 0),
      rounded(completionMs, 0),
    ];
  });
  intoPage(page, "jitter", table(["strategy", "calls, published", "calls, simulated", "ms, published", "ms, simulated"], rows));
  const names = simulated.map(({ strategy }) => strategy);
  bars(chart("jitter"), { title: "100 clients, one row: calls until all have written", x: "", y: "calls" }, names, [
    { name: "published", values: publishedJitter.map(({ calls }) => calls) },
    { name: "simulated", values: simulated.map(({ calls }) => Math.round(calls)) },
  ]);
  bars(
    chart("jitter-time"),
    { title: "100 clients, one row: time until all have written", x: "", y: "ms (logarithmic)" },
    names,
    [
      { name: "published", values: publishedJitter.map(({ completionMs }) => completionMs) },
      { name: "simulated", values: simulated.map(({ completionMs }) => Math.round(completionMs)) },
    ],
    true,
  );
}

function buckets(): void {
  const simulated = bucketFigures();
  const rows = simulated.map((figure, index) => {
    const published = publishedBuckets[index];
    return [
      String(figure.failureRatio),
      figure.policy,
      rounded(published?.amplification ?? null, 3),
      rounded(figure.amplification, 3),
      rounded(published?.successRatio ?? null, 4),
      rounded(figure.successRatio, 4),
    ];
  });
  intoPage(
    page,
    "buckets",
    table(["f", "policy", "amplification, published", "simulated", "success ratio, published", "simulated"], rows),
  );
  const ratios = [0.1, 0.5, 1];
  const of = (figures: typeof simulated, policy: string): (number | null)[] =>
    ratios.map((ratio) => figures.find((one) => one.policy === policy && one.failureRatio === ratio)?.amplification ?? null);
  bars(
    chart("buckets"),
    { title: "Requests per call at a failure rate f", x: "f", y: "requests per call" },
    ratios.map(String),
    ["three retries", "bucket"].flatMap((policy) => [
      { name: `${policy}, published`, values: of(publishedBuckets, policy) },
      { name: `${policy}, simulated`, values: of(simulated, policy).map((value) => value && Math.round(value * 1000) / 1000) },
    ]),
  );
}

function closedForms(): void {
  const rows = [0.1, 0.3, 0.5, 0.9].flatMap((ratio) =>
    [2, 4, 6].map((attempts) => {
      const { calculated, simulated } = oneLayer(ratio, attempts);
      return [String(ratio), attempts, rounded(calculated, 4), rounded(simulated, 4)];
    }),
  );
  intoPage(page, "one-layer", table(["f", "maxAttempts", "calculated", "simulated"], rows));
  const deep = [
    [3, 4],
    [5, 3],
  ].map(([count = 0, attempts = 0]) => [count, attempts, attempts ** count, rounded(layers(count, attempts), 0)]);
  intoPage(page, "layers", table(["layers", "maxAttempts of each", "calculated", "simulated"], deep));
}

function overload(): void {
  const seeds = 20;
  const names = Object.keys(reactions);
  const rows = names.map((name) => {
    const seconds = recoveries(name, seeds);
    const known = seconds.filter((second) => second !== null);
    log(`  ${name}: ${known.length} of ${seeds}`);
    const mean = known.length === 0 ? null : known.reduce((sum, second) => sum + second, 0) / known.length;
    return [
      name,
      `${known.length} of ${seeds}`,
      rounded(mean, 1),
      known.length === 0 ? null : `${Math.min(...known)} to ${Math.max(...known)}`,
    ];
  });
  intoPage(page, "metastable", table(["clients", "recovered", "at, mean (s)", "from to (s)"], rows));
  const drawn = ["no retry", "one retry", "three retries", "three, 20 % of requests", "three, 0.1 per success, 10"];
  lines(
    chart("metastable"),
    { title: "Goodput around an outage of ten seconds, per second", x: "seconds", y: "calls that succeed" },
    drawn.map((name) => {
      const { series } = metastable(name, 1);
      return { name, points: series.succeeded.map((count, index) => [(series.atMs[index] ?? 0) / 1000, count] as const) };
    }),
    { from: 60, to: 70 },
  );
}

function hedging(): void {
  const without = unhedgedTail();
  const tails = hedgedAt.map((hedged) => ({ ...hedged, ...hedgedTail(hedged) }));
  const percent = (ratio: number, digits: number): string => `${rounded(100 * ratio, digits)} %`;
  const rows = tails.map((tail) => [
    tail.quantile,
    tail.loadRatio,
    tail.small ? "10 with 10 calls per second" : "1 with 1,000",
    percent(1 - tail.quantile, 1),
    percent(tail.addedRatio, 2),
    percent(tail.refusedRatio, 2),
    rounded(tail.delayMs, 1),
    rounded(tail.p99Ms, 1),
    rounded(tail.p999Ms, 1),
  ]);
  const none = ["no hedge", null, "1 with 1,000", null, null, null, null, null, rounded(without.p999Ms, 1)];
  const head = ["quantile", "loadRatio", "processes", "1 - q", "load added", "refused", "after (ms)", "p99 (ms)", "p99.9 (ms)"];
  intoPage(page, "hedging", table(head, [none, ...rows]));
  const drawn = tails.filter(({ loadRatio }) => loadRatio === 1);
  bars(
    chart("hedging"),
    { title: "One answer in a hundred takes a second: the tail by the quantile that is hedged", x: "", y: "ms (logarithmic)" },
    ["no hedge", ...drawn.map(({ quantile }) => String(quantile))],
    [
      // Without hedges it lies between the fast answers and the slow ones, now with these and now with those.
      { name: "p99", values: [null, ...drawn.map(({ p99Ms }) => Math.round(p99Ms))] },
      { name: "p99.9", values: [without, ...drawn].map(({ p999Ms }) => Math.round(p999Ms)) },
    ],
    true,
  );
}

function step(): void {
  const rows = clients.map((one) => {
    log(`  ${one.name}`);
    const { goodputRatio, worstRatio, p99Ms, recoveryS, limit } = stepFigure(one);
    const percent = (ratio: number): string => `${rounded(100 * ratio, 1)} %`;
    return [one.name, percent(goodputRatio), percent(worstRatio), rounded(p99Ms, 0), rounded(recoveryS, 1), rounded(limit, 0)];
  });
  const head = ["clients", "goodput", "in the worst second", "p99 (ms)", "recovers after (s)", "limit at the end"];
  intoPage(page, "overload-step", table(head, rows));
  lines(
    chart("overload-step"),
    { title: "Goodput around a minute of 1.5 times the capacity, per second", x: "seconds", y: "calls that succeed" },
    clients
      .filter(({ name }) => ["no retry", "AdaptiveConcurrency"].includes(name))
      .map((one) => {
        const { series } = overloadStep(one, 1);
        return {
          name: one.name,
          points: series.succeeded.map((count, index) => [(series.atMs[index] ?? 0) / 1000, count] as const),
        };
      }),
    { from: 60, to: 120 },
  );
}

function concurrency(): void {
  const rows = searches.map((one) => {
    log(`  ${one.service} from ${one.initial}`);
    const { median, least, most, afterS, goodputRatio } = found(one);
    return [one.service, one.initial, median, `${least} to ${most}`, rounded(afterS, 1), `${rounded(100 * goodputRatio, 1)} %`];
  });
  const head = ["service times", "from", "limit, median", "least to most", "within 20 % after (s)", "goodput"];
  intoPage(page, "concurrency", table(head, rows));
  lines(
    chart("concurrency"),
    { title: "100 workers, at 1.5 times what they can do: the limit that is found", x: "seconds", y: "limit" },
    searches
      .filter(({ service }) => service === "exponential")
      .map((one) => ({
        name: `from ${one.initial}`,
        points: [[0, one.initial] as const, ...limitsOf(search(one, 1)).map((limit, index) => [index + 1, limit] as const)],
      })),
    { from: 80, to: 120, axis: "yAxis" },
  );
}

function throttling(): void {
  const rows = throttled.map((one) => {
    const { calculated, reaching, goodputRatio } = throttledFigure(one);
    return [
      one.multiplier,
      String(one.load),
      rounded(calculated, 1),
      rounded(reaching, 2),
      `${rounded(100 * goodputRatio, 1)} %`,
    ];
  });
  intoPage(page, "throttling", table(["K", "calls made", "reach it, calculated", "simulated", "goodput"], rows));
}

/** The table and the chart of the README. */
function loop(): void {
  const reports = loops();
  const rows = Object.entries(reports).map(([name, { successRatio, amplification, timeToRecoverMs }]) => [
    name,
    `${rounded(100 * (successRatio ?? 0), 1)} %`,
    rounded(amplification, 2),
    timeToRecoverMs === null ? "never" : `${rounded(timeToRecoverMs / 1000, 0)} s`,
  ]);
  intoPage(readme, "loop", table(["", "succeeded", "requests per call", "time to recover"], rows));
  // Without retries the line would be that of the defaults: the table says so.
  const { "no retry at all": _control, ...drawn } = reports;
  lines(
    chart("loop"),
    { title: "Calls that succeed, per second, around an outage of ten seconds", x: "seconds", y: "calls" },
    Object.entries(drawn).map(([name, { series }]) => ({
      name,
      points: series.succeeded.map((count, index) => [(series.atMs[index] ?? 0) / 1000, count] as const),
    })),
    { from: 60, to: 70 },
  );
}

const write = (section: string, text: string): void => intoPage(page, section, text);

const all = {
  jitter,
  buckets,
  "closed-forms": closedForms,
  metastable: overload,
  hedging,
  step,
  concurrency,
  throttling,
  loop,
  "default-budget": () => recoveryOfCandidates(write, chart("default-budget"), log),
  storms: () => recoveryInStorms(write, log),
  calm: () => costInCalm(write),
  restart: () => costInRestart(write),
  capacity: () => sizes(write),
  scenarios: () => readyMade(write, log),
};
const wanted = process.argv.slice(2);
for (const name of wanted)
  if (!Object.hasOwn(all, name)) throw new Error(`There are no figures ${name}: ${Object.keys(all).join(", ")}.`);
for (const [name, compute] of Object.entries(all)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  log(name);
  compute();
}
