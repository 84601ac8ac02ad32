/* How many attempts a call makes, and how many of them are hedges. */
import type { View } from "../subjects/index.ts";
import { counted, ms } from "../wording.ts";
import type { HedgeLimits, Worst } from "../worst-case/index.ts";

export function attemptsSentence(view: View): string {
  const { plan, worst } = view;
  const { retry } = plan;
  if (retry === null) return view.alone ? "A breaker lets a call make one attempt." : `There is no retry: ${oneAttempt(worst)}.`;
  const { maxAttempts, deadlineMs, sleeper } = retry;
  const { attempts, rounds, perRound, roundsByClass, roundsBySettings, retried, usual } = worst;
  const each = perRound === 1 ? "each is a request, " : "";
  const requests = attempts === Infinity ? `${each}and nothing bounds them` : `${each}${counted(attempts, "request")} per call`;
  const hedged = perRound === 1 ? "" : `, each with up to ${counted(perRound - 1, "hedge")}`;
  if (maxAttempts === 1) return "retry.maxAttempts is 1: a call makes one attempt, which is one request.";
  if (retried.length === 0) {
    const one = perRound === 1 ? "a call makes one attempt, which is one request" : oneAttempt(worst);
    return `No class is retried, for lack of a strategy or a cap above 0: ${one}.`;
  }
  if (attempts < maxAttempts && rounds < roundsBySettings) {
    return `The shortest delays let ${counted(rounds, "attempt")} begin within retry.deadlineMs (${ms(deadlineMs)})${hedged}: ${requests}.`;
  }
  // What the delays of the strategies would let begin, if it is less.
  const usually = Math.min(maxAttempts, usual.rounds * perRound);
  const sooner =
    usually < attempts
      ? ` The shortest delays of the strategies let ${usually} begin within retry.deadlineMs (${ms(deadlineMs)}); ` +
        `${sleeper === undefined ? "a dependency that asks for shorter ones (retryAfterMs) lets" : "a sleeper that takes less time (retry.sleeper) lets"} more of them begin.`
      : "";
  if (attempts === Infinity) {
    const delays = usually < attempts ? "delays may be" : "the shortest delays are";
    const deadline = deadlineMs === Infinity ? "" : ` but retry.deadlineMs (${ms(deadlineMs)}), since ${delays} 0 ms`;
    return `retry.maxAttempts is Infinity: nothing bounds the attempts${deadline}. Each is a request.${sooner}`;
  }
  if (attempts < maxAttempts && roundsByClass < maxAttempts) {
    const caps = retried.map(({ errorClass, cap }) => `${errorClass} ${cap}`);
    return `The caps on retries of single classes (${caps.join(", ")}) allow ${counted(rounds, "attempt")}, below retry.maxAttempts (${maxAttempts})${hedged}: ${requests}.${sooner}`;
  }
  return `retry.maxAttempts allows ${counted(attempts, "attempt")}: ${requests}.${sooner}`;
}

function oneAttempt({ perRound }: Worst): string {
  if (perRound === 1) return "a call makes one attempt";
  if (perRound === Infinity) return "a call makes one attempt, and any number of hedges beside it";
  return `a call makes one attempt, and up to ${counted(perRound - 1, "hedge")} beside it: ${perRound} requests`;
}

export function hedgeSentences({ plan: { retry }, hedge, worst: { perRound, atOnce } }: View): readonly string[] {
  if (hedge === null) return [];
  if (perRound === 1) return ["A hedge is a further attempt: none is made."];
  const fewer = atOnce < perRound ? ", as many as a limiter lets be" : "";
  const budget = retry === null ? "" : " Each takes from the budget, as a retry does.";
  const share = hedge.loadRatio ?? Infinity;
  const load =
    share === Infinity
      ? "How many hedges all calls may make together is not known."
      : `Hedges of all calls together are at most hedge.loadRatio (${share}) of the calls of a minute.`;
  return [
    `A hedge is started ${beginsWhen(hedge)}, or as soon as one has failed, up to hedge.maxHedges (${hedge.maxHedges}) beside one attempt: ` +
      `a call has up to ${counted(atOnce, "request")} in flight at a time${fewer}.`,
    load + budget,
  ];
}

function beginsWhen({ delayMs, measured }: HedgeLimits): string {
  if (delayMs !== null) return `beside an attempt that has taken hedge.delayMs (${ms(delayMs)})`;
  if (measured === null) return "when the hedge says";
  return `beside an attempt that has taken longer than hedge.quantile (${measured.quantile}) of first attempts`;
}
