/* What holds of the hedges of every call, in every world, and of the values that attempts have given. */
import type { CallReport } from "./call-report.ts";
import { law } from "./law.ts";
import type { World } from "./world.ts";

const ROUNDING_MS = 1e-6;

export function checkHedges(world: World): void {
  for (const call of world.calls) {
    discardsWhatNobodyGets(world, call);
    if (call.script.bound) continue;
    hedgesSoOften(world, call);
    hedgesInTime(world, call);
    hasOneWinner(call);
    cutsEveryLoser(call);
    isEndedByNoHedge(call);
  }
  const { hedge, calls, script } = world;
  if (hedge === null || script.meddling !== null || calls.some(({ script: { bound } }) => bound)) return;
  const { wonByHedge, wonByFirst, cut } = hedge;
  const winners = calls.flatMap(({ ends }) => ends.filter(({ decision }) => decision === "success"));
  law(wonByHedge === winners.filter((winner) => winner.hedge).length, "a hedge hears of every win", wonByHedge);
  law(
    wonByHedge + wonByFirst <= winners.length && cut <= hedge.startedAtMs.length,
    "a hedge hears of wins only",
    wonByFirst,
    cut,
  );
}

/** Rounds begin with the first attempt and with every retry; all other attempts are hedges. */
function hedgesSoOften(world: World, call: CallReport): void {
  const { starts, infos, events, callEnds, invokedAtMs, ends } = call;
  const most = world.script.hedge?.maxHedges ?? 0;
  let inRound = 0;
  const retriedAt = new Set(events.filter(({ event }) => event === "retry").map(({ invoked }) => invoked));
  starts.forEach(({ hedge, attempt }, i) => {
    law(hedge === !(i === 0 || retriedAt.has(i)), "what is no first attempt and no retry is a hedge", attempt, hedge);
    inRound = hedge ? inRound + 1 : 0;
    law(inRound <= most, "at most so many hedges in a round", inRound, most);
  });
  infos.forEach(({ hedge, attempt }, i) => {
    law(
      attempt === i + 1 && hedge === starts[i]?.hedge,
      "an attempt knows its number, and whether it is a hedge",
      attempt,
      hedge,
    );
  });
  for (const { attempt, hedge } of ends) law(hedge === starts[attempt - 1]?.hedge, "a hedge ends as one", attempt, hedge);
  const told = events.filter(({ event }) => event === "hedge").map(({ attempt }) => attempt);
  const hedges = starts.filter(({ hedge }) => hedge).map(({ attempt }) => attempt);
  law(JSON.stringify(told) === JSON.stringify(hedges), "every hedge is told, once", told, hedges);
  for (const { invoked } of callEnds)
    law(invoked === invokedAtMs.length, "nothing is begun after the end", invoked, invokedAtMs.length);
}

/** A hedge begins when its delay is over, or when an attempt has failed. */
function hedgesInTime(world: World, { starts, invokedAtMs, endsAtMs, ends }: CallReport): void {
  const { delay } = world.script.hedge ?? {};
  if (delay === undefined || !("delayMs" in delay) || world.script.meddling?.what === "block") return;
  invokedAtMs.forEach((atMs, i) => {
    if (!starts[i]?.hedge) return;
    const failedThen = ends.some(({ decision }, at) => decision === "retry" && endsAtMs[at] === atMs);
    const dueAtMs = (invokedAtMs[i - 1] ?? 0) + delay.delayMs;
    law(failedThen || atMs >= dueAtMs - ROUNDING_MS, "no hedge begins before its delay is over", atMs, dueAtMs);
  });
}

function hasOneWinner({ ends, events }: CallReport): void {
  const winners = ends.filter(({ decision }) => decision === "success").length;
  law(winners === events.filter(({ event }) => event === "success").length && winners <= 1, "one attempt wins", winners);
}

/** What is still in flight when its call ends is told so, and so are the hooks. */
function cutsEveryLoser({ ends, infos, invokedAtMs, returned, settledAtMs }: CallReport): void {
  const numbers = ends.map(({ attempt }) => attempt).sort((a, b) => a - b);
  law(
    numbers.every((attempt, i) => attempt === i + 1),
    "every attempt that is begun ends once for the hooks",
    numbers,
  );
  for (const { attempt, decision, classification } of ends) {
    if (decision === "cut") law(classification === null, "an attempt that is cut has no class", attempt, classification);
    if (decision === "cut" && infos[attempt - 1] !== undefined)
      law(infos[attempt - 1]?.signal.aborted === true, "an attempt that is cut is told so", attempt);
  }
  invokedAtMs.forEach((_atMs, i) => {
    const goesOn = (returned[i]?.atMs ?? Infinity) > (settledAtMs ?? 0);
    if (goesOn && infos[i] !== undefined) law(infos[i].signal.aborted, "nothing goes on that is not told to stop", i + 1);
  });
}

/** Only the failure of a first attempt, or the last failure in flight, ends a call that was not stopped from outside. */
function isEndedByNoHedge({ ends, events }: CallReport): void {
  if (!ends.some(({ decision }) => decision === "cut")) return;
  const final = ends.find(({ decision }) => decision === "raise" || decision === "scheduled");
  const stop = final?.stopReason ?? null;
  if (final === undefined || stop === null || stop === "DEADLINE_EXCEEDED") return;
  law(
    !final.hedge,
    "a hedge that fails ends no call whose other attempts go on",
    final,
    events.map(({ event }) => event),
  );
}

/** Each value is the caller's, or the failure's, or is discarded once. */
function discardsWhatNobodyGets(world: World, call: CallReport): void {
  const { ending, returned, ends } = call;
  const won = ends.find(({ decision }) => decision === "success");
  const lost: number[] = [];
  returned.forEach(({ value, threw }, i) => {
    if (threw || typeof value !== "object") return;
    const times = world.discarded.filter((other) => other === value).length;
    law(times <= 1, "a value is discarded once", i + 1, times);
    const isGiven = ending?.thrown === null && ending.outcome === undefined ? ending.value === value : won?.attempt === i + 1;
    law(!(isGiven && times > 0), "what the caller gets is not discarded", i + 1);
    if (!isGiven && times === 0) lost.push(i + 1);
  });
  if (lost.length === 0) return;
  // What a failure ends with is in its outcome.
  const kept = ending?.failure?.lastResult ?? null;
  law(
    lost.length === 1 && won === undefined && (ending?.failure === undefined || kept === returned[(lost[0] ?? 0) - 1]?.value),
    "a value that nobody gets is discarded",
    lost,
    kept,
  );
}
