/*
 * A bulkhead in use: those who ask, wait, leave and give back, some of them within the code that is told of a turn. To wait is an operation of its own, as in
 * the dual data structures of Scherer and Scott: asked for when the place in line is taken, answered when the turn has come.
 */
import type { Admission, Applicant, Limiter, LimitPermit, LimitTicket } from "redress";
import type { Chance } from "../chance.ts";
import { History, type Model } from "./linearize.ts";

export interface BulkheadInput {
  readonly does: "ask" | "wait" | "release" | "leave";
  readonly who: number;
}
export type BulkheadOutput = "admitted" | "queued" | "rejected" | "left" | "done" | "too late";

interface BulkheadState {
  readonly inside: readonly number[];
  readonly line: readonly number[];
}

export const bulkheadModel = (places: number, queue: number): Model<BulkheadState, BulkheadInput, BulkheadOutput> => ({
  initial: { inside: [], line: [] },
  step({ inside, line }, { does, who }) {
    const others = line.filter((other) => other !== who);
    const isFirst = line[0] === who && inside.length < places;
    switch (does) {
      case "ask":
        if (inside.length < places && line.length === 0) return { state: { inside: [...inside, who], line }, output: "admitted" };
        if (line.length < queue) return { state: { inside, line: [...line, who] }, output: "queued" };
        return { state: { inside, line }, output: "rejected" };
      case "wait":
        // Whoever has left waits no more.
        if (!line.includes(who)) return { state: { inside, line }, output: "left" };
        return isFirst
          ? { state: { inside: [...inside, who], line: others }, output: "admitted" }
          : { state: { inside, line }, output: "too late" };
      case "release":
        return { state: { inside: inside.filter((other) => other !== who), line }, output: "done" };
      case "leave":
        return { state: { inside, line: others }, output: line.includes(who) ? "left" : "too late" };
    }
  },
});

type BulkheadHistory = History<BulkheadInput, BulkheadOutput>;

/** Draws so many things to do, and does them; what is told of a turn does some more within. */
export function useBulkhead(limiter: Pick<Limiter, "admit" | "release">, chance: Chance, most: number): BulkheadHistory {
  const history: BulkheadHistory = new History();
  const inside = new Map<number, LimitPermit>();
  const waiting = new Map<number, { readonly ticket: LimitTicket; readonly answer: (output: BulkheadOutput) => void }>();
  let asked = 0;
  let left = most;

  const ask = (): void => {
    const who = asked++;
    const answered = history.invoke({ does: "ask", who });
    const applicant: Applicant = {
      cost: undefined,
      maxWaitMs: Infinity,
      admitted: (permit) => {
        inside.set(who, permit);
        waiting.get(who)?.answer("admitted");
        waiting.delete(who);
        if (chance.flip(0.6)) act();
      },
      rejected: () => {},
      failed: () => {},
    };
    const answer: Admission = limiter.admit(applicant);
    answered(answer.kind);
    if (answer.kind === "admitted") inside.set(who, answer);
    if (answer.kind === "queued") waiting.set(who, { ticket: answer, answer: history.invoke({ does: "wait", who }) });
  };

  const release = (who: number): void => {
    const permit = inside.get(who) as LimitPermit;
    inside.delete(who);
    const answered = history.invoke({ does: "release", who });
    limiter.release(permit, "success");
    answered("done");
  };

  const leave = (who: number): void => {
    const { ticket, answer } = waiting.get(who) as { ticket: LimitTicket; answer: (output: BulkheadOutput) => void };
    waiting.delete(who);
    const answered = history.invoke({ does: "leave", who });
    ticket.cancel();
    answered("left");
    answer("left");
  };

  const act = (): void => {
    if (left-- <= 0) return;
    const does = chance.below(4);
    if (does === 0 && waiting.size > 0) leave(chance.pick([...waiting.keys()]));
    else if (does <= 2 && inside.size > 0) release(chance.pick([...inside.keys()]));
    else ask();
  };

  while (left > 0) act();
  return history;
}
