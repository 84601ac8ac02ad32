/* Several limiters as one, where they answer later. */
import type { Limiter, LimitPermit, Rejection } from "redress";
import { describe, expect, test } from "vitest";
import { LimiterChain, limitersOf } from "../../src/core/limit/limiter-chain.ts";
import { type Asked, ask, permitOf } from "../policy/limit/ask.ts";

const rejection: Rejection = { kind: "rejected", limiter: "b", reason: "full", retryAfterMs: null, why: "it is full" };

/** A limiter that lets everybody wait, until it is told otherwise. */
function waiting(name: string) {
  const events: string[] = [];
  const permit: LimitPermit = { kind: "admitted" };
  const it = {
    name,
    events,
    readyInMs: 50,
    /** Admits, or turns away, who asked last. */
    admitsLast: () => last?.admitted(permit),
    rejectsLast: () => last?.rejected(rejection),
    failsLast: (fault: unknown) => last?.failed(fault),
    admit: ((applicant) => {
      last = applicant;
      events.push(`asked for ${applicant.cost}`);
      return { kind: "queued", cancel: () => events.push("cancelled"), readyInMs: () => it.asksReady() };
    }) as Limiter["admit"],
    asksReady: (): number => it.readyInMs,
    release: (_permit: LimitPermit, end: unknown) => void events.push(`got back ${end}`),
  };
  let last: Parameters<Limiter["admit"]>[0] | undefined;
  return it;
}

const open = (): Limiter => ({ name: "open", admit: () => ({ kind: "admitted" }), release: () => {} });

/** When to ask again, as a thread that blocks does. */
const readyInMs = ({ answer }: Asked): number => (answer as { readyInMs(): number }).readyInMs();

describe("an attempt that waits at the first of two limiters", () => {
  test("waits at the second when the first admits it, and is admitted when the second does", () => {
    const [a, b] = [waiting("a"), waiting("b")];
    const chain = new LimiterChain([a, b]);
    const asked = ask(chain, { cost: 7 });
    a.admitsLast();
    expect([a.events, b.events, asked.heard]).toEqual([["asked for 7"], ["asked for 7"], []]);
    b.admitsLast();
    chain.release(permitOf(asked), "success");
    expect([a.events.at(-1), b.events.at(-1)]).toEqual(["got back success", "got back success"]);
  });

  test("is admitted at once when the first admits it, where the second has room", () => {
    const a = waiting("a");
    const asked = ask(new LimiterChain([a, open()]));
    a.admitsLast();
    expect(asked.heard.map(({ kind }) => kind)).toEqual(["admitted"]);
  });

  test("is turned away when the second turns it away, and the first gets its permit back unused", () => {
    const a = waiting("a");
    const asked = ask(new LimiterChain([a, { ...open(), admit: () => rejection }]));
    a.admitsLast();
    expect(asked.heard).toEqual([rejection]);
    expect(a.events.at(-1)).toBe("got back unused");
  });

  test("is turned away once when the second does so later, and the first gets its permit back unused", () => {
    const [a, b] = [waiting("a"), waiting("b")];
    const asked = ask(new LimiterChain([a, b]));
    a.admitsLast();
    b.rejectsLast();
    b.rejectsLast();
    expect(asked.heard).toEqual([rejection]);
    expect(a.events).toEqual(["asked for undefined", "got back unused"]);
  });

  test("fails once, with what the second fails with later, and the first gets its permit back unused", () => {
    const [a, b] = [waiting("a"), waiting("b")];
    const failed: unknown[] = [];
    const told: unknown[] = [];
    new LimiterChain([a, b]).admit({
      cost: undefined,
      maxWaitMs: Infinity,
      admitted: (permit) => told.push(permit),
      rejected: (why) => told.push(why),
      failed: (fault) => failed.push(fault),
    });
    a.admitsLast();
    for (const fault of ["broken", "broken again"]) b.failsLast(fault);
    b.rejectsLast();
    expect([failed, told]).toEqual([["broken"], []]);
    expect(a.events).toEqual(["asked for undefined", "got back unused"]);
  });

  test("fails with what the second throws, which the first does not hear of", () => {
    const a = waiting("a");
    const broken = new Error("broken");
    const admit = () => {
      throw broken;
    };
    const chain = new LimiterChain([a, { ...open(), admit }]);
    const failed: unknown[] = [];
    chain.admit({
      cost: undefined,
      maxWaitMs: Infinity,
      admitted: () => {},
      rejected: () => {},
      failed: (fault) => failed.push(fault),
    });
    expect(() => a.admitsLast()).not.toThrow();
    expect([failed, a.events.at(-1)]).toEqual([[broken], "got back unused"]);
  });

  test("leaves once, and is not asked for any more", () => {
    const [a, b] = [waiting("a"), waiting("b")];
    const asked = ask(new LimiterChain([a, b]));
    a.admitsLast();
    const ticket = asked.answer as { cancel(): void };
    ticket.cancel();
    ticket.cancel();
    expect(b.events).toEqual(["asked for undefined", "cancelled"]);
    expect(a.events).toEqual(["asked for undefined", "got back unused"]);
  });

  test("is told when to ask again: by where it waits, also where that has become the second meanwhile, and 0 when it is through", () => {
    const [a, b] = [waiting("a"), waiting("b")];
    const asked = ask(new LimiterChain([a, b]));
    expect(readyInMs(asked)).toBe(50);
    b.readyInMs = 70;
    a.asksReady = () => {
      a.admitsLast();
      return 0;
    };
    expect(readyInMs(asked)).toBe(70);
    b.admitsLast();
    expect(readyInMs(asked)).toBe(0);
  });
});

test("what a limiter throws when it gets a permit back keeps the others from nothing, where nobody wants to hear of it", () => {
  const a = waiting("a");
  const release = () => {
    throw new Error("broken");
  };
  const chain = new LimiterChain([a, { ...open(), release }]);
  const asked = ask(chain);
  a.admitsLast();
  chain.release(permitOf(asked), "success");
  expect(a.events.at(-1)).toBe("got back success");
});

test("a permit that is none of its own is given back to nobody", () => {
  const a = waiting("a");
  new LimiterChain([a, open()]).release({ kind: "admitted" }, "success");
  expect(a.events).toEqual([]);
});

test("a chain names the limiters that are in it, and a limiter is the only one of itself", () => {
  const [a, b] = [waiting("a"), waiting("b")];
  const chain = new LimiterChain([a, b]);
  expect([limitersOf(chain), chain.name]).toEqual([[a, b], "a, b"]);
  expect(limitersOf(a)).toEqual([a]);
});
