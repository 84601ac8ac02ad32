/*
 * 300 real HTTP calls through one policy, against a server that fails on schedule (server.ts). It shows
 *
 *   1. one call and its timeline: a 503, a 429 with Retry-After, a hung response, then the answer
 *   2. the other 299, 25 a second: faults, a two-second outage and the breaker's transitions, as they happen
 *   3. how the calls ended, by stop reason
 *   4. what that cost the callers and the server, and whether both sides counted the same
 *   5. the same calls without redress: by fetch alone, and in a loop of four attempts; and what redress saved
 *
 * Run it with `npm run demo`. It takes about 15 seconds and talks to nothing but 127.0.0.1.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { CircuitState, Outcome } from "redress";
import { CircuitBreaker, decorrelatedJitter, Policy, retryAfterOr, TokenBudget } from "redress";
import { responseClassifier } from "redress/extras";
import * as report from "./report.ts";
import { inWords, outage, startServer } from "./server.ts";
import * as without from "./without-redress.ts";

const CALLS = 300;
const ARRIVE_EVERY_MS = 40;
const MAX_ATTEMPTS = 4;
const ATTEMPT_TIMEOUT_MS = 400;
const DEADLINE_MS = 3_000;

// ---- the policy, and what its hooks observe

const observed = { attempts: 0, retries: 0, backoffMs: 0, askedForMs: 0, budgetRanDry: false, rejected: 0, wrongAnswers: 0 };

const breaker = new CircuitBreaker({
  name: "things",
  failureThreshold: 5,
  windowMs: 2_000,
  recoveryTimeoutMs: 600,
  onStateChange: ({ from, to }) => report.log("breaker", `${from} -> ${to}`, whyItChanged(from, to)),
});

const policy = new Policy({
  operation: "GET /things",
  circuitBreaker: breaker,
  budget: new TokenBudget({ capacity: 20, retryCost: 1, successRefund: 0.2 }),
  retry: {
    resultClassifier: responseClassifier,
    strategy: retryAfterOr(decorrelatedJitter({ baseMs: 40, maxMs: 400 }), { jitterMs: 50 }),
    maxAttempts: MAX_ATTEMPTS,
    attemptTimeoutMs: ATTEMPT_TIMEOUT_MS,
    deadlineMs: DEADLINE_MS,
  },
  hooks: {
    onAttemptStart: () => {
      observed.attempts += 1;
    },
    onMetric: (event, _attempt, sleepMs, tags) => {
      if (event === "retry") {
        observed.retries += 1;
        observed.backoffMs += sleepMs;
        if (tags.class === "RATE_LIMIT") observed.askedForMs += sleepMs;
      }
      if (event === "budget_exhausted" && !observed.budgetRanDry) {
        observed.budgetRanDry = true;
        report.log("budget", "empty", "failed attempts are not retried any more");
      }
    },
  },
  random: seeded(2026),
});

async function getThing(id: number): Promise<Outcome<Response>> {
  const outcome = await policy.execute(
    async ({ signal }) => {
      const response = await fetch(`${server.url}/things/${id}`, { signal });
      if (!response.ok) await response.arrayBuffer(); // read to its end, so that the connection is used again
      return response;
    },
    { captureTimeline: id === 1 },
  );
  if (outcome.ok) {
    const thing = (await outcome.value.json()) as { id: number };
    if (thing.id !== id) observed.wrongAnswers += 1;
  }
  return outcome;
}

// ---- the run

const server = await startServer((what) => report.log("server", what));
console.log(`redress demo: ${CALLS} fetch calls through one policy, to ${server.url}\n`);
const { circuitBreaker, retry, budget } = policy.describe();
report.printFacts({
  breaker: report.pick(circuitBreaker?.settings, ["failureThreshold", "windowMs", "recoveryTimeoutMs"]),
  retry: report.pick(retry, ["maxAttempts", "attemptTimeoutMs", "deadlineMs"]),
  budget: report.pick(budget?.settings, ["capacity", "retryCost", "successRefund"]),
});

report.heading("1. One call, and everything that happens to it");
const first = await getThing(1);
console.log(`\n${String(first.timeline).replace(/^/gm, "  ")}`);
console.log(`\n  ${report.endingOf(first)}: ${first.attempts} attempts, ${report.seconds(first.elapsedMs)}`);

report.heading(`2. The other ${CALLS - 1} calls, ${1000 / ARRIVE_EVERY_MS} a second, as it happens`);
// At the same time, against servers of their own.
const others = Promise.all([
  without.run("fetch alone", without.once(DEADLINE_MS), CALLS, ARRIVE_EVERY_MS),
  without.run(`a loop of ${MAX_ATTEMPTS}`, without.inALoop(MAX_ATTEMPTS, ATTEMPT_TIMEOUT_MS), CALLS, ARRIVE_EVERY_MS),
]);
const calls = [Promise.resolve(first)];
const startedAt = performance.now();
for (let id = 2; id <= CALLS; id++) {
  // As with real users, calls arrive on time, however long the earlier calls take.
  await sleep(Math.max(0, startedAt + (id - 2) * ARRIVE_EVERY_MS - performance.now()));
  calls.push(getThing(id));
}
const outcomes = await Promise.all(calls);
await server.close();

report.heading("3. How they ended");
report.printEndings(outcomes);

report.heading("4. What it cost");
const attempts = report.sum(outcomes.map((outcome) => outcome.attempts));
const admitted = outcomes.filter((outcome) => outcome.attempts > 0).length;
const requests = report.sum([...server.served.values()]);
const arrivedInOutage = outage.lastsMs / ARRIVE_EVERY_MS;
report.printFacts({
  amplification: `${requests} requests for ${CALLS} calls: ${(requests / CALLS).toFixed(2)} per call, ${(requests / admitted).toFixed(2)} per call admitted`,
  attempts: report.tally(
    report.countBy(outcomes.map((outcome) => outcome.attempts)),
    (n, calls) => `${calls} calls made ${n === 1 ? "1 attempt" : `${n} attempts`}`,
  ),
  "the outage": `${arrivedInOutage} calls came, ${server.served.get("outage")} requests went out; ${MAX_ATTEMPTS} attempts for each call would be ${arrivedInOutage * MAX_ATTEMPTS}`,
  backoff: `${observed.retries} retries waited ${report.seconds(observed.backoffMs)} in all, ${report.seconds(observed.askedForMs)} of it because a 429 asked for it`,
  latency: `${report.spread(outcomes.filter(({ ok }) => ok))} where the call succeeded; ${report.spread(outcomes)} over all`,
  breaker: `${breaker.stats.stateChanges} changes of state, ${breaker.stats.rejectedCalls} calls rejected, now ${breaker.state}`,
  "the server": `answered ${report.tally(server.served, (what, times) => `${times} requests with ${inWords(what)}`)}`,
  counted: `${attempts} attempts by the outcomes, ${observed.attempts} by the hooks, ${requests} requests by the server`,
});

report.heading("5. The same calls without redress");
const succeeded = outcomes.filter(({ ok }) => ok).length;
const inOutage = server.served.get("outage") ?? 0;
const withRedress = {
  name: "redress",
  succeeded,
  requests,
  requestsInOutage: inOutage,
  elapsedMs: outcomes.map(({ elapsedMs }) => elapsedMs),
};
const [alone, loop] = await others;
report.printWays([alone, loop, withRedress]);
console.log(
  `\n  redress saved ${succeeded - alone.succeeded} calls that fetch alone lost, and ` +
    `${loop.requestsInOutage - inOutage} of the ${loop.requestsInOutage} requests that a loop sent to a server that was down.`,
);

// ---- the demo fails where anything unexpected happened

const surprises = [
  outcomes.length !== CALLS && `${outcomes.length} calls ended, not ${CALLS}`,
  outcomes.some((outcome) => !(report.endingOf(outcome) in report.meanings)) &&
    "a call ended in a way that the script does not explain",
  observed.wrongAnswers > 0 && `${observed.wrongAnswers} calls got the answer of another`,
  observed.attempts !== attempts && "the hooks and the outcomes disagree",
  requests > attempts && "the server was asked more often than there were attempts",
  succeeded <= alone.succeeded && "redress saved no calls",
  inOutage >= loop.requestsInOutage && "redress spared the server nothing",
  breaker.stats.stateChanges === 0 && "the outage did not open the breaker",
  breaker.state !== "closed" && "the breaker did not close again",
].filter((surprise) => surprise !== false);

for (const surprise of surprises) console.error(`UNEXPECTED: ${surprise}`);
if (surprises.length > 0) process.exitCode = 1;

// ---- helpers

function whyItChanged(from: CircuitState, to: CircuitState): string {
  if (to === "closed") return "the probe succeeded: every call is admitted again";
  if (to === "open") return from === "closed" ? "too many calls failed: new ones are rejected" : "the probe failed";
  const rejected = breaker.stats.rejectedCalls - observed.rejected;
  observed.rejected += rejected;
  return `${rejected} calls were rejected; this one is admitted, as a probe`;
}

/** mulberry32, a seeded generator of random numbers, so that every run draws the same numbers. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
