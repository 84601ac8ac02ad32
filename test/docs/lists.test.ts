/* The tables of words (classes, stop reasons, events, errors, fields), against what the code does. */
import * as redress from "redress";
import {
  AbortRetryError,
  AttemptDecision,
  Budget,
  type CallOptions,
  CircuitBreaker,
  CircuitState,
  constant,
  defaultClassifier,
  ErrorClass,
  EventName,
  Hedge,
  type Limiter,
  Policy,
  type PolicyOptions,
  RedressError,
  type RetryOptions,
  ServerError,
  SleepDecision,
  StopReason,
} from "redress";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { HOOK_NAMES } from "../../src/core/events.ts";
import { NEVER_RETRIED } from "../../src/core/failure/error-class.ts";
import { STOPS } from "../../src/core/failure/stops.ts";
import { given } from "./classifier-tables.ts";
import { bare, codeIn, column, pages, read, tableBelow } from "./pages.ts";
import { fieldsOf, publicNames } from "./sources.ts";

const failed = new Error("failed");
const reference = "docs/reference.md";
const exported: Readonly<Record<string, unknown>> = { ...redress };
const byName = (rows: readonly Record<string, string>[], column: string): [string, Record<string, string>][] =>
  rows.map((row) => [bare(row[column]), row]);
const sorted = (words: Iterable<string>): string[] => [...words].sort();

// ---- error classes

const classes = tableBelow("docs/reference.md", "Error classes");

test("the table of error classes names all of them", () => {
  expect(column(classes, "class")).toEqual(Object.keys(ErrorClass));
});

test.each(byName(classes, "class"))("%s is retried as often as the table says", (name, row) => {
  const errorClass = name as ErrorClass;
  const policy = new Policy({ retry: { classifier: () => errorClass, strategy: constant(1) }, clock: new VirtualClock() });
  const { attempts } = policy.executeSync(() => {
    throw failed;
  });

  expect({ 1: "never", 3: "twice", 6: "yes" }[attempts]).toBe(row["retried"]);
});

test.each(byName(classes, "class"))("%s is what the default classifier says of the statuses in the table", (name, row) => {
  for (const status of row["HTTP status"]?.match(/\d+/g) ?? [])
    expect(given(defaultClassifier({ status: Number(status) }))).toBe(name);
});

test("the table of error classes says of the same classes as the code that they are never retried", () => {
  const never = classes.filter((row) => row["retried"] === "never").map((row) => bare(row["class"]));

  expect(never).toEqual([...NEVER_RETRIED]);
});

// ---- one call for every way to stop, and for every event

interface Ending {
  readonly reason: StopReason;
  /** What `call` throws, in the words of the table. */
  readonly throws: string;
  /** The tags of each event, by its name. */
  readonly events: ReadonlyMap<EventName, readonly string[]>;
}

const cancelled = new Error("cancelled");
const as = (errorClass: ErrorClass, retry: RetryOptions = {}): PolicyOptions => ({
  retry: { classifier: () => errorClass, strategy: constant(1), ...retry },
});
const rejecting = (): CircuitBreaker => {
  const breaker = new CircuitBreaker();
  breaker.trip();
  return breaker;
};

/** Opens as soon as it has admitted a call. */
const opening = (): CircuitBreaker => {
  const breaker = new CircuitBreaker();
  const { allow } = breaker;
  return Object.assign(breaker, {
    allow: () => {
      const decision = allow.call(breaker);
      breaker.trip();
      return decision;
    },
  });
};
/** Admits so many attempts, and turns the next one away. */
const admitting = (places: number): Limiter => {
  let left = places;
  return {
    name: "own",
    admit: () =>
      left-- > 0
        ? { kind: "admitted" }
        : { kind: "rejected", limiter: "own", reason: "full", retryAfterMs: null, why: "all places are taken" },
    release: () => {},
  };
};
const queueing: Limiter = {
  name: "own",
  admit: () => ({ kind: "queued", cancel: () => {}, readyInMs: () => Infinity }),
  release: () => {},
};
const innerPolicy = new Policy({ retry: { maxRetriesPerClass: { UNKNOWN: 0 } } });

const waysToStop: [what: string, options: () => PolicyOptions, call?: CallOptions, op?: () => unknown][] = [
  ["a signal", () => ({}), { signal: AbortSignal.abort(cancelled) }],
  [
    "an AbortRetryError",
    () => ({}),
    {},
    () => {
      throw new AbortRetryError();
    },
  ],
  ["a sleep handler that aborts", () => as("TRANSIENT", { sleep: () => "abort" })],
  ["an open circuit", () => ({ circuitBreaker: rejecting() })],
  ["a limiter without room", () => ({ limiter: admitting(0) })],
  ["a limiter without room for the retry", () => ({ ...as("TRANSIENT"), limiter: admitting(1) })],
  ["a limiter that nobody leaves before the deadline", () => ({ ...as("TRANSIENT", { deadlineMs: 1 }), limiter: queueing })],
  ["no retry", () => ({})],
  ["a cap of the class", () => as("TRANSIENT", { maxRetriesPerClass: { TRANSIENT: 0 } })],
  ["a class that is never retried", () => as("AUTH")],
  ["too much that is unknown", () => as("UNKNOWN", { maxUnknownRetries: 0 })],
  ["a delay beyond the deadline", () => as("TRANSIENT", { strategy: constant(2), deadlineMs: 1 })],
  ["an attempt beyond the deadline", () => as("TRANSIENT", { deadlineMs: 1 }), {}, () => new Promise(() => {})],
  ["no strategy", () => ({ retry: { classifier: () => "TRANSIENT", strategies: {} } })],
  ["the last attempt", () => as("TRANSIENT", { maxAttempts: 1 })],
  ["an empty budget", () => as("TRANSIENT", { budget: new Budget({ maxRetries: 0, windowMs: 1 }) })],
  [
    "a dependency that says not to retry",
    () => as("TRANSIENT", { classifier: () => ({ errorClass: "TRANSIENT", retry: false }) }),
  ],
  [
    "a policy further in that has retried",
    () => as("TRANSIENT", { strategy: constant(0) }),
    {},
    () => innerPolicy.call(() => Promise.reject(failed)),
  ],
  ["a circuit that opens meanwhile", () => ({ ...as("TRANSIENT"), circuitBreaker: opening() })],
  ["a sleep handler that defers", () => as("TRANSIENT", { sleep: () => "defer" })],
];

async function ending(
  options: PolicyOptions,
  call: CallOptions = {},
  op: () => unknown = () => Promise.reject(failed),
): Promise<Ending> {
  const events = new Map<EventName, readonly string[]>();
  const clock = new VirtualClock();
  const hooks = {
    onMetric: (event: EventName, _attempt: number, _sleepMs: number, tags: object) => events.set(event, Object.keys(tags)),
  };
  const settled = new Policy({ ...options, clock, hooks, operation: "op" }).call(op, call).catch((error: unknown) => error);
  await clock.run();
  const error = await settled;
  const throws =
    error === failed ? "the last error" : error === cancelled ? "the signal's `reason`" : `\`${(error as Error).name}\``;
  const reason = redress.outcomeOf(error)?.stopReason;
  if (reason === undefined) throw new Error("The call has no ending.");
  return { reason, throws, events };
}

const endings = new Map<string, Ending>();
for (const [what, options, call, op] of waysToStop) endings.set(what, await ending(options(), call, op));

const stopReasons = tableBelow("README.md", "Why did it stop\\?");

test("the table of stop reasons names all of them, and there is a call here that stops for each", () => {
  expect(sorted(column(stopReasons, "stop reason"))).toEqual(sorted(Object.keys(StopReason)));
  expect(sorted(new Set([...endings.values()].map(({ reason }) => reason)))).toEqual(sorted(Object.keys(StopReason)));
});

test.each(byName(stopReasons, "stop reason"))("the event and the error of %s are the ones in the table", (name, row) => {
  const reason = name as StopReason;
  const those = [...endings.values()].filter((found) => found.reason === reason);
  const cell = row["`call` throws"] ?? "";

  expect(bare(row["event"])).toBe(STOPS[reason].event);
  for (const { throws, events } of those) {
    expect([...events.keys()]).toContain(STOPS[reason].event);
    expect(cell).toContain(throws);
  }
  const named = codeIn(cell).filter((word) => word.endsWith("Error"));
  expect(sorted(named)).toEqual(
    sorted(new Set(those.flatMap(({ throws }) => codeIn(throws).filter((word) => word.endsWith("Error"))))),
  );
});

test('the stops that the page names throw the same with onExhausted: "wrap", and every other one wraps', async () => {
  const [, paragraph = ""] = /^(`onExhausted: "wrap"` puts .*?)\n\n/ms.exec(read(reference)) ?? [];
  const wrapped = new Set<StopReason>();
  const asItWas = new Set<StopReason>();
  for (const [, options, call, op] of waysToStop) {
    const { retry, ...others } = options();
    const { reason, throws } = await ending({ ...others, retry: { ...(retry as RetryOptions), onExhausted: "wrap" } }, call, op);
    (throws === "`RetryExhaustedError`" ? wrapped : asItWas).add(reason);
  }

  expect(sorted(codeIn(paragraph).filter((word) => word in StopReason))).toEqual(sorted(asItWas));
  expect(sorted(new Set([...wrapped, ...asItWas, "NO_RETRY"]))).toEqual(sorted(Object.keys(StopReason)));
});

test("the first reason that applies wins, in the order of the table", () => {
  // Every reason but those that rule each other out, from the last row up: each addition takes over.
  const budget = new Budget({ maxRetries: 0, windowMs: 1 });
  const stop = (options: RetryOptions, call: CallOptions = {}) => {
    const outcome = new Policy({ retry: { classifier: () => "UNKNOWN", strategy: constant(0), ...options } }).executeSync(() => {
      throw failed;
    }, call);
    return outcome.ok || outcome.stopReason;
  };
  const found = [
    stop({ sleep: () => "defer" }),
    stop({ sleep: () => "defer", budget }),
    stop({ sleep: () => "defer", budget, maxAttempts: 1 }),
    stop({ sleep: () => "defer", budget, maxAttempts: 1, strategy: undefined, strategies: {} }),
    stop({ sleep: () => "defer", budget, maxAttempts: 1, strategy: undefined, strategies: {}, maxUnknownRetries: 0 }),
    stop({ sleep: () => "defer", budget, maxAttempts: 1, maxUnknownRetries: 0, maxRetriesPerClass: { UNKNOWN: 0 } }),
    stop({ maxAttempts: 1, maxRetriesPerClass: { UNKNOWN: 0 } }, { abortIf: () => true }),
  ];
  const inTable = column(stopReasons, "stop reason").filter((reason) => found.includes(reason as StopReason));

  expect(found).toEqual(inTable.reverse());
});

// ---- events and tags

const eventRows = tableBelow(reference, "Events");

test("the table of events names all of them", () => {
  expect(sorted(column(eventRows, "event"))).toEqual(sorted(Object.values(EventName)));
});

test("the table of events gives the tags of each", async () => {
  const seen = new Map<EventName, ReadonlySet<string>>();
  const hear = (event: EventName, tags: readonly string[]) => seen.set(event, new Set([...(seen.get(event) ?? []), ...tags]));
  for (const { events } of endings.values()) for (const [event, tags] of events) hear(event, tags);

  // What a stop alone does not show: successes, a fallback, a circuit through all its states, and a hedge after a failure.
  const clock = new VirtualClock();
  const hooks = {
    onMetric: (event: EventName, _attempt: number, _sleepMs: number, tags: object) => hear(event, Object.keys(tags)),
  };
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1, clock });
  const policy = new Policy({ circuitBreaker, clock, hooks, operation: "op", fallback: () => "instead" });
  await policy.call(() => Promise.reject(new ServerError()));
  clock.block(1);
  await policy.call(() => "value");

  await new Policy({ hedge: new Hedge({ delayMs: 1, loadRatio: 1 }), clock, hooks, operation: "op" }).call(async ({ hedge }) => {
    if (!hedge) throw new ServerError();
  });

  const said = eventRows.map((row) => [bare(row["event"]), sorted(codeIn(row["tags"]))]);
  const happened = eventRows.map((row) => {
    const event = bare(row["event"]);
    return [event, sorted(seen.get(event as EventName) ?? []).filter((tag) => tag !== "operation")];
  });
  expect(said).toEqual(happened);
  for (const [event, tags] of seen) expect(tags, event).toContain("operation");
});

test("the table of events gives the stop reasons of each", () => {
  for (const row of eventRows) {
    const reasons = codeIn(row["when"]).filter((word) => word in StopReason);
    const expected = Object.keys(StopReason).filter((reason) => STOPS[reason as StopReason].event === bare(row["event"]));

    expect(sorted(reasons), row["event"]).toEqual(sorted(expected));
  }
});

// ---- errors

const errorRows = tableBelow(reference, "Errors");
const facts = {
  message: "",
  attempts: 1,
  elapsedMs: 0,
  cause: null,
  nextDelayMs: null,
  retryAfterMs: 0,
  breaker: "",
  state: "open",
  limiter: "",
  reason: "full",
};
const errorClasses = Object.entries(exported).filter(
  ([name, value]) => typeof value === "function" && value.prototype instanceof RedressError && name !== "AbortRetry",
);
const errors = new Map(errorClasses.map(([name, Type]) => [name, new (Type as new (facts: object) => RedressError)(facts)]));

test("the table of errors names every class and its code", () => {
  const said = errorRows.map((row) => `${bare(row["class"])} ${bare(row["code"])}`);

  expect(sorted(said)).toEqual(sorted([...errors].map(([name, { code }]) => `${name} ${code}`)));
  for (const [name, error] of errors) expect(error.name).toBe(name);
});

test.each(byName(errorRows, "class"))("the guard of %s knows it, and no other", (name, row) => {
  const guard = exported[bare(row["guard"])] as (error: unknown) => boolean;

  expect([...errors].filter(([, error]) => guard(error)).map(([guarded]) => guarded)).toEqual([name]);
});

// ---- fields and small lists

test.each<[string, number, string, string]>([
  ["What the operation is told", 0, "src/run/call/options.ts", "AttemptInfo"],
  ["Outcomes", 0, "src/core/failure/outcome.ts", "Success"],
  ["Outcomes", 1, "src/core/failure/outcome.ts", "Failure"],
  ["Events", 1, "src/core/events.ts", "Tags"],
  ["Events", 2, "src/core/events.ts", "LogFields"],
  ["Hooks", 0, "src/core/events.ts", "Hooks"],
  ["Call hooks", 0, "src/core/events.ts", "CallFault"],
  ["Attempt hooks", 0, "src/core/events.ts", "AttemptContext"],
  ["What it says of itself", 0, "src/policy/breaker-stats.ts", "BreakerStats"],
])("below %s, table %i lists the fields of %s: %s", (heading, nth, file, name) => {
  const rows = tableBelow(reference, heading, nth);

  expect(column(rows, Object.keys(rows[0] ?? {})[0] ?? "")).toEqual([...fieldsOf(file, name).keys()]);
});

test.each<[string, number, Record<string, string>]>([
  ["Attempt hooks", 1, AttemptDecision],
  ["The sleep handler", 0, SleepDecision],
  ["The circuit breaker", 0, CircuitState],
])("below %s, table %i lists the words of the code", (heading, nth, words) => {
  const rows = tableBelow(reference, heading, nth);

  expect(sorted(column(rows, Object.keys(rows[0] ?? {})[0] ?? ""))).toEqual(sorted(Object.values(words)));
});

// ---- limiters and hedges

test("the page about hedges lists what a hedge counts", () => {
  const rows = tableBelow("docs/hedging.md", "Watching it", 1);

  expect(column(rows, "count")).toEqual([...fieldsOf("src/policy/hedge.ts", "HedgeStats").keys()]);
});

test("the page about hedges tells the figures of the evidence", () => {
  const rows = tableBelow("docs/evidence.md", "Hedges and the tail").filter((row) => row["loadRatio"] === "1");
  const tailMs = (quantile: string) =>
    Math.round(Number(rows.find((row) => row["quantile"] === quantile)?.["p99.9 (ms)"] ?? Number.NaN));

  expect(read("docs/hedging.md").replaceAll(/\s+/g, " ")).toContain(
    `with a \`quantile\` of 0.99 it is ${tailMs("0.99")} ms, of 0.95 ${tailMs("0.95")} ms, of 0.9 ${tailMs("0.9")} ms`,
  );
});

test("the page about limits tells the figures of the evidence, to a point", () => {
  const rows = tableBelow("docs/evidence.md", "A step beyond the capacity");
  const goodputOf = (clients: string) => Number.parseFloat(rows.find((row) => row["clients"] === clients)?.["goodput"] ?? "");
  const [, none, adaptive, bulkhead] =
    /Without a limit, with retries or without, (\d+) % .* with an `AdaptiveConcurrency` it is (\d+) %, with a `Bulkhead` of the right size (\d+) %/.exec(
      read("docs/limits.md").replaceAll(/\s+/g, " "),
    ) ?? [];

  for (const [said, clients] of [
    [none, "no retry"],
    [none, "retries, default budget"],
    [none, "retries, unlimited"],
    [adaptive, "AdaptiveConcurrency"],
    [bulkhead, "Bulkhead of 40, the capacity known"],
  ] as const)
    expect(Math.abs(Number(said) - goodputOf(clients)), clients).toBeLessThan(1);
});

test.each([
  ["Bulkhead", "bulkhead"],
  ["RateLimiter", "rate-limiter"],
  ["AdaptiveConcurrency", "adaptive-concurrency"],
  ["AdaptiveThrottle", "adaptive-throttle"],
])("the page about limits lists what a %s counts", (limiter, file) => {
  const rows = tableBelow("docs/limits.md", "Watching them", 1).filter(
    (row) => row["whose"] === "all" || codeIn(row["whose"]).includes(limiter),
  );

  expect(sorted(rows.flatMap((row) => codeIn(row["of `stats`"])))).toEqual(
    sorted(fieldsOf(`src/policy/limit/${file}.ts`, `${limiter}Stats`).keys()),
  );
});

test("the page about limits names every reason for which a limiter turns an attempt away", () => {
  const [, union = ""] = /export type LimitReason = (.*);/.exec(read("src/core/limit/limiter.ts")) ?? [];
  const said = column(tableBelow("docs/limits.md", "What the caller sees"), "reason");

  expect(said.map((reason) => `"${reason}"`).join(" | ")).toBe(union);
});

test("the reference names every limiter", () => {
  const named = tableBelow(reference, "Limiters and hedges").flatMap((row) => codeIn(row["part"]));
  const { values } = publicNames(/\/policy\/(limit\/|hedge)/);

  expect(sorted(named)).toEqual(sorted(values));
});

test("the list of hooks, by which options are checked, has all of them", () => {
  expect(HOOK_NAMES).toEqual([...fieldsOf("src/core/events.ts", "Hooks").keys()]);
});

test("the table of ways to call lists the methods of a policy", () => {
  const methods = Object.getOwnPropertyNames(Policy.prototype).filter((name) => name !== "constructor");

  expect(sorted(column(tableBelow(reference, "Ways to call"), "method").map((cell) => cell.split("(")[0] ?? ""))).toEqual(
    sorted(methods),
  );
});

test("the pages mention everything that redress exports", () => {
  const words = new Set(pages.filter((page) => page !== "CHANGELOG.md").flatMap((page) => read(page).match(/\w+/g) ?? []));

  expect(sorted(publicNames().values)).toEqual(sorted(Object.keys(exported)));
  expect(Object.keys(exported).filter((name) => !words.has(name))).toEqual([]);
});
