import { constant, ErrorClass, Policy, retryAfterOr } from "redress";
import type { Dependency } from "redress/simulate";
import {
  burst,
  latency,
  optimisticLock,
  replicas,
  server,
  simulate,
  withFailures,
  withLatency,
  withOutage,
  withRateLimit,
  withTimeout,
} from "redress/simulate";
import { describe, expect, test } from "vitest";
import { prompt, Stage, takes } from "./world.ts";

const steady = { workers: 1, serviceMs: latency.constant(100) };

describe("a server", () => {
  test("works on as many requests at a time as it has workers, first come, first served", () => {
    const stage = new Stage(server({ ...steady, workers: 2 })).request(0, "a").request(1, "b").request(2, "c").request(3, "d");

    expect(stage.play()).toEqual([
      ["a", 100, "ok"],
      ["b", 101, "ok"],
      ["c", 200, "ok"],
      ["d", 201, "ok"],
    ]);
  });

  test("serves requests whose caller has given up, like all others", () => {
    expect(new Stage(server(steady)).request(0, "a").request(1, "b", 50).request(2, "c").play()).toEqual([
      ["a", 100, "ok"],
      ["b", 200, "ok"],
      ["c", 300, "ok"],
    ]);
  });

  test("leaves them out where it notices", () => {
    const noticing = server({ ...steady, dropAbandoned: true });

    expect(new Stage(noticing).request(0, "a").request(1, "b", 50).request(2, "c").play()).toEqual([
      ["a", 100, "ok"],
      ["c", 200, "ok"],
    ]);
  });

  test("refuses what its queue has no place for, at once", () => {
    const small = server({ ...steady, queueLimit: 1 });

    expect(new Stage(small).request(0, "a").request(1, "b").request(2, "c").request(150, "d").play()).toEqual([
      ["c", 2, "SERVER_ERROR"],
      ["a", 100, "ok"],
      ["b", 200, "ok"],
      ["d", 300, "ok"],
    ]);
  });

  test("refuses what has waited too long, when it has, and keeps its worker for the next", () => {
    const impatient = server({ ...steady, queueTimeoutMs: 80 });

    expect(new Stage(impatient).request(0, "a").request(10, "b").request(60, "c").play()).toEqual([
      ["b", 90, "SERVER_ERROR"],
      ["a", 100, "ok"],
      ["c", 200, "ok"],
    ]);
  });

  test("has a place in its queue again when a request in it has waited too long, or has given up and it notices", () => {
    const impatient = server({ ...steady, queueLimit: 1, queueTimeoutMs: 50 });
    const noticing = server({ ...steady, queueLimit: 2, dropAbandoned: true });

    expect(new Stage(impatient).request(0, "a").request(10, "b").request(59, "c").request(60, "d").play()).toEqual([
      ["c", 59, "SERVER_ERROR"],
      ["b", 60, "SERVER_ERROR"],
      ["a", 100, "ok"],
      ["d", 200, "ok"],
    ]);
    const stage = new Stage(noticing).request(0, "a").request(1, "b").request(2, "c", 50).request(49, "d").request(51, "e");
    expect(stage.play()).toEqual([
      ["d", 49, "SERVER_ERROR"],
      ["a", 100, "ok"],
      ["b", 200, "ok"],
      ["e", 300, "ok"],
    ]);
  });

  test("is one in a world that is made otherwise, too", () => {
    const twiceAsSlow: Dependency = (world) =>
      withTimeout(
        server({ ...steady, queueTimeoutMs: 30 }),
        500,
      )({
        now: () => world.now() / 2,
        random: () => world.random(),
        after: (ms, then) => world.after(ms * 2, then),
      });

    expect(new Stage(twiceAsSlow).request(0, "a").request(10, "b").play()).toEqual([
      ["b", 70, "SERVER_ERROR"],
      ["a", 200, "ok"],
    ]);
  });

  test("hears of those who give up through the client's timeout", () => {
    const noticing = withTimeout(server({ ...steady, queueLimit: 1, dropAbandoned: true }), 50);

    expect(new Stage(noticing).request(0, "a").request(1, "b").request(52, "c").play()).toEqual([
      ["a", 50, "TRANSIENT"],
      ["b", 51, "TRANSIENT"],
      ["c", 102, "TRANSIENT"],
    ]);
  });

  test("does not hold on to those who have waited too long, however long its workers take", () => {
    const stuck = server({ workers: 1, serviceMs: latency.constant(1e9), queueLimit: 3, queueTimeoutMs: 5 });
    const stage = new Stage(stuck);
    for (let call = 0; call < 1_000; call++) stage.request(call * 10, String(call));

    expect(stage.play(20_000).filter(([, , how]) => how === "SERVER_ERROR")).toHaveLength(999);
  });

  test("takes longer while it is slowed down, and ever less in a slow start", () => {
    const slowed = server({ ...steady, slowdowns: [{ fromMs: 1_000, toMs: 2_000, factor: 3 }] });
    const starting = server({ ...steady, slowdowns: [{ fromMs: 0, toMs: 1_000, factor: 5, toFactor: 1 }] });

    expect(new Stage(slowed).request(0, "before").request(1_000, "in").request(2_000, "after").play()).toEqual([
      ["before", 100, "ok"],
      ["in", 1_300, "ok"],
      ["after", 2_100, "ok"],
    ]);
    expect(new Stage(starting).request(0, "cold").request(500, "warmer").request(1_000, "warm").play()).toEqual([
      ["cold", 500, "ok"],
      ["warmer", 800, "ok"],
      ["warm", 1_100, "ok"],
    ]);
  });

  test("has a queue that does not slow down with what has passed through it", () => {
    const stage = new Stage(server({ workers: 1, serviceMs: latency.constant(1) }));
    for (let call = 0; call < 5_000; call++) stage.request(0, String(call));

    expect(stage.play().map(([name]) => name)).toEqual(Array.from({ length: 5_000 }, (_, call) => String(call)));
  });
});

describe("an outage", () => {
  const when = { fromMs: 100, toMs: 200 };

  test("refuses connections while it lasts", () => {
    expect(new Stage(withOutage(takes(10), when)).request(99, "before").request(100, "in").request(200, "after").play()).toEqual([
      ["in", 100, "TRANSIENT"],
      ["before", 109, "ok"],
      ["after", 210, "ok"],
    ]);
  });

  test("that hangs never answers", () => {
    expect(new Stage(withOutage(takes(10), { ...when, how: "hang" })).request(150).play()).toEqual([]);
  });

  test("that holds lets everything arrive together", () => {
    expect(new Stage(withOutage(takes(10), { ...when, how: "hold" })).request(110, "a").request(190, "b").play()).toEqual([
      ["a", 210, "ok"],
      ["b", 210, "ok"],
    ]);
  });

  test("comes again, until it is over for good", () => {
    const flapping = withOutage(prompt, { ...when, everyMs: 300, untilMs: 850 });
    const stage = new Stage(flapping);
    for (const atMs of [50, 150, 250, 399, 400, 499, 500, 750, 849, 850, 1_050]) stage.request(atMs);

    expect(stage.play().filter(([, , how]) => how !== "ok")).toEqual([
      ["at 150", 150, "TRANSIENT"],
      ["at 400", 400, "TRANSIENT"],
      ["at 499", 499, "TRANSIENT"],
      ["at 750", 750, "TRANSIENT"],
    ]);
  });
});

test.each([1_000 / 3, 700, 0.7, 3.3, 16.7])("a rate limit over %s ms lets in who comes back when it was told to", (windowMs) => {
  const limited = withRateLimit(prompt, { requests: 1, windowMs });
  const policy = new Policy({ retry: { maxAttempts: 50, strategy: retryAfterOr(constant(5), { jitterMs: 0 }) } });
  const made = { name: "limit", arrivals: burst({ calls: 20 }), dependency: limited, durationMs: Infinity };
  const { calls, attempts } = simulate(policy, made);

  expect(calls.succeeded).toBe(20);
  expect(attempts).toBe(210);
});

describe("failures at random", () => {
  test("come in their shares, by class", () => {
    const stage = new Stage(withFailures(prompt, { mix: { TRANSIENT: 0.2, RATE_LIMIT: 0.1 } }));
    for (let call = 0; call < 20_000; call++) stage.request(0);
    const answers = stage.play().map(([, , how]) => how);
    const share = (word: string): number => answers.filter((how) => how === word).length / 20_000;

    expect(share("TRANSIENT")).toBeCloseTo(0.2, 1);
    expect(share("RATE_LIMIT")).toBeCloseTo(0.1, 1);
    expect(share("ok")).toBeCloseTo(0.7, 1);
  });

  test.each(Object.values(ErrorClass))("may be %s every time", (errorClass) => {
    expect(new Stage(withFailures(prompt, { mix: { [errorClass]: 1 } })).request(5).play()).toEqual([["at 5", 5, errorClass]]);
  });

  test("take their time, and say when to come back", () => {
    const stage = new Stage(
      withFailures(prompt, { mix: { RATE_LIMIT: 1 }, latencyMs: latency.constant(30), retryAfterMs: 700, fromMs: 10 }),
    );

    expect(stage.request(0, "before").request(10, "in").play()).toEqual([
      ["before", 0, "ok"],
      ["in", 40, "RATE_LIMIT"],
    ]);
    expect(stage.answers[1]?.retryAfterMs).toBe(700);
  });
});

test("a dependency that is further away is so in its stretch only", () => {
  const far = withLatency(takes(10), { latencyMs: latency.constant(200), fromMs: 100, toMs: 200 });

  expect(new Stage(far).request(0).request(100).request(200).play()).toEqual([
    ["at 0", 10, "ok"],
    ["at 200", 210, "ok"],
    ["at 100", 310, "ok"],
  ]);
});

describe("a client library's timeout", () => {
  test("fails the request, drops its answer, and tells the dependency that its caller has given up", () => {
    const noticing = server({ ...steady, dropAbandoned: true });

    expect(new Stage(withTimeout(noticing, 150)).request(0, "a").request(0, "b").request(0, "c").play()).toEqual([
      ["a", 100, "ok"],
      ["b", 150, "TRANSIENT"],
      ["c", 150, "TRANSIENT"],
    ]);
  });

  test("leaves what is answered in time alone", () => {
    const stage = new Stage(withTimeout(takes(10), 150)).request(0).request(400);

    expect(stage.play()).toEqual([
      ["at 0", 10, "ok"],
      ["at 400", 410, "ok"],
    ]);
    expect(stage.world.now()).toBe(410);
  });
});

describe("a rate limit", () => {
  test("lets so many through in each window, and says when the next one begins", () => {
    const stage = new Stage(withRateLimit(prompt, { requests: 2 }));
    for (const atMs of [0, 100, 300, 999, 1_000, 1_001, 1_500]) stage.request(atMs);

    expect(stage.play().map(([, , how]) => how)).toEqual(["ok", "ok", "RATE_LIMIT", "RATE_LIMIT", "ok", "ok", "RATE_LIMIT"]);
    expect(stage.answers.map(({ retryAfterMs }) => retryAfterMs)).toEqual([
      undefined,
      undefined,
      700,
      1,
      undefined,
      undefined,
      500,
    ]);
  });

  test("may keep to itself when to come back", () => {
    const stage = new Stage(withRateLimit(prompt, { requests: 1, windowMs: 500, sendsRetryAfter: false })).request(0).request(1);
    stage.play();

    expect(stage.answers[1]).toMatchObject({ failedAs: "RATE_LIMIT", retryAfterMs: undefined });
  });
});

describe("replicas", () => {
  test("in turn, each with a queue of its own", () => {
    const one = server(steady);

    expect(
      new Stage(replicas([one, one], { pick: "round_robin" })).request(0, "a").request(0, "b").request(0, "c").play(),
    ).toEqual([
      ["a", 100, "ok"],
      ["b", 100, "ok"],
      ["c", 200, "ok"],
    ]);
  });

  test("at random, about as often each", () => {
    const stage = new Stage(replicas([prompt, prompt, withFailures(prompt, { mix: { UNKNOWN: 1 } })]));
    for (let call = 0; call < 9_000; call++) stage.request(0);

    expect(stage.play().filter(([, , how]) => how === "UNKNOWN").length / 3_000).toBeCloseTo(1, 1);
  });
});

test("an optimistic lock lets the first of two writers through, and takes four hops", () => {
  const row = optimisticLock({ hopMs: latency.constant(10) });

  expect(new Stage(row).request(0, "a").request(5, "b").request(100, "c").play()).toEqual([
    ["a", 40, "ok"],
    ["b", 45, "CONCURRENCY"],
    ["c", 140, "ok"],
  ]);
});

test.each<[string, () => unknown, string]>([
  ["a server without workers", () => server({ ...steady, workers: 0 }), "server.workers must be an integer >= 1, got 0."],
  [
    "a server without service times",
    () => server({ workers: 1 } as never),
    "server.serviceMs must be a function, got undefined.",
  ],
  ["an unknown option", () => server({ ...steady, queue: 5 } as never), "server.queue is not an option. Options: workers, "],
  [
    "a slowdown that ends before it begins",
    () => server({ ...steady, slowdowns: [{ fromMs: 5, toMs: 5, factor: 2 }] }),
    "server.slowdowns[0].toMs must be a number > fromMs (5), got 5.",
  ],
  [
    "an outage that ends before it begins",
    () => withOutage(prompt, { fromMs: 5, toMs: 1 }),
    "withOutage.toMs must be a number > fromMs (5), got 1.",
  ],
  [
    "an outage of an unknown kind",
    () => withOutage(prompt, { how: "drop" } as never),
    'withOutage.how must be one of refuse, hang, hold, got "drop".',
  ],
  [
    "outages that overlap",
    () => withOutage(prompt, { fromMs: 0, toMs: 50, everyMs: 50 }),
    "withOutage.everyMs must be a number > toMs - fromMs (50), got 50.",
  ],
  [
    "shares of more than everything",
    () => withFailures(prompt, { mix: { AUTH: 0.6, UNKNOWN: 0.5 } }),
    "withFailures.mix must be shares of at most 1 together, got 1.1.",
  ],
  [
    "an unknown class",
    () => withFailures(prompt, { mix: { NOPE: 0.5 } as never }),
    "withFailures.mix.NOPE is not an option. Options: AUTH, ",
  ],
  ["what is no model", () => withTimeout(5 as never, 5), "withTimeout.dependency must be a function, got 5."],
  ["a timeout of nothing", () => withTimeout(prompt, 0), "withTimeout.timeoutMs must be a finite number > 0, got 0."],
  ["a limit of nothing", () => withRateLimit(prompt, { requests: 0 }), "withRateLimit.requests must be an integer >= 1, got 0."],
  ["no replicas", () => replicas([]), "replicas.dependencies must be a non-empty array of models, got an array of 0 elements."],
])("%s is refused", (_what, make, message) => {
  expect(make).toThrow(message);
});

test("a latency that is no number stops the simulation, and says so", () => {
  const broken = new Stage(server({ workers: 1, serviceMs: () => Number.NaN })).request(0);

  expect(() => broken.play()).toThrow("A delay in a simulation must be a number >= 0, got NaN.");
});
