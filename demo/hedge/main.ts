/*
 * Reads from three real HTTP servers, of which one is slow: with a hedge and without. It shows
 *
 *   1. one replica that is always slow, and a hedge after a fixed delay: a third of the calls is hedged
 *   2. one replica that pauses at every tenth answer, and a hedge whose delay is learnt: about one call in twenty is hedged
 *
 * what the callers wait, what the servers are asked, and what becomes of the connections of the attempts that lost.
 *
 * Run it with `npm run demo:hedge`. It takes about five seconds and talks to nothing but 127.0.0.1.
 */
import type { HedgeOptions } from "redress";
import * as report from "../report.ts";
import { type Reading, read } from "./reading.ts";
import { SLOW_MS } from "./replicas.ts";

const scenes: readonly { readonly title: string; readonly slowEvery: number; readonly hedge: HedgeOptions }[] = [
  {
    title: `One of three replicas takes ${SLOW_MS} ms`,
    slowEvery: 1,
    // A third of the calls meets the slow replica: for once the load may rise by more than the usual 5 %.
    hedge: { delayMs: 30, loadRatio: 0.5 },
  },
  {
    title: `One of three replicas takes ${SLOW_MS} ms at every tenth answer`,
    slowEvery: 10,
    hedge: { quantile: 0.95, minSamples: 50, loadRatio: 0.1 },
  },
];

const shared = { calls: 500, everyMs: 8 };
console.log(
  `redress hedges: ${shared.calls} fetch calls each way, ${1000 / shared.everyMs} a second, to three servers of its own`,
);

// At the same time: each way has servers of its own.
const readings = await Promise.all(
  scenes.map(({ slowEvery, hedge }) =>
    Promise.all([read({ ...shared, slowEvery }, null), read({ ...shared, slowEvery }, hedge)]),
  ),
);
const surprises: string[] = [];
for (const [index, { title, hedge }] of scenes.entries()) {
  const [alone, hedged] = readings[index] as [Reading, Reading];
  report.heading(`${index + 1}. ${title}`);
  const ways: [string, Reading][] = [
    ["without a hedge", alone],
    [`Hedge(${report.pick(hedge, Object.keys(hedge))})`, hedged],
  ];
  report.printTable(
    ["", "p50 ms", "p99 ms", "requests", "load", "given up", "sockets at most", "busy in the end"],
    ways.map(([way, reading]) => [way, ...figures(reading)]),
  );
  const { hedges: stats } = hedged;
  if (stats !== null) {
    const delay = "delayMs" in hedge ? "" : `; the delay that was learnt is ${stats.delayMs?.toFixed(0)} ms`;
    console.log(
      `\n  ${stats.hedges} hedges: ${stats.won} won, ${stats.wonByFirst} lost to their first attempt, ${stats.refused} refused${delay}`,
    );
  }
  surprises.push(...surprisesOf(alone, hedged).map((surprise) => `${title}: ${surprise}`));
}

// The demo fails where anything unexpected happened.
for (const surprise of surprises) console.error(`UNEXPECTED: ${surprise}`);
if (surprises.length > 0) process.exitCode = 1;

function figures({ calls, elapsedMs, seen: { requests, givenUp, mostSockets, underWay } }: Reading): string[] {
  const load = `+${((100 * (requests - calls)) / calls).toFixed(1)} %`;
  const [p50, p99] = [0.5, 0.99].map((ratio) => report.percentile(elapsedMs, ratio).toFixed(0));
  return [`${p50}`, `${p99}`, `${requests}`, load, `${givenUp}`, `${mostSockets}`, `${underWay}`];
}

function surprisesOf(alone: Reading, hedged: Reading): string[] {
  const [p99, hedgedP99] = [alone, hedged].map(({ elapsedMs }) => report.percentile(elapsedMs, 0.99)) as [number, number];
  const { hedges } = hedged;
  return [
    hedgedP99 >= p99 / 2 && "hedges did not halve the p99",
    [alone, hedged].some(({ wrongAnswers }) => wrongAnswers > 0) && "a call got the answer of another",
    [alone, hedged].some(({ seen }) => seen.underWay > 0) && "a connection was never given back",
    hedged.seen.requests > hedged.calls + (hedges?.hedges ?? 0) && "the servers were asked more often than there were attempts",
    hedged.seen.givenUp > (hedges?.cut ?? 0) && "the servers saw more clients leave than attempts were cut",
  ].filter((surprise) => surprise !== false);
}
