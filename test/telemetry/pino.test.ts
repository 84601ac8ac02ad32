/* redress/pino without a logger: which order of arguments is taken for which, levels, and what is refused. */
import { CircuitBreaker, constant, Policy, TransientError } from "redress";
import { type LoggerLike, type PinoOptions, pinoHooks } from "redress/pino";
import { VirtualClock } from "redress/testing";
import { expect, test, vi } from "vitest";

const clock = new VirtualClock();

function fake(more: object = {}): { logger: LoggerLike; told: unknown[][] } {
  const told: unknown[][] = [];
  const write = (level: string) => (first: unknown, second: unknown) => void told.push([level, first, second]);
  return { told, logger: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error"), ...more } };
}

const fail = async (): Promise<never> => {
  throw new TransientError("secret");
};

async function call(logger: LoggerLike, options: PinoOptions = {}, operation: () => Promise<unknown> = fail): Promise<void> {
  const policy = new Policy({
    operation: "read",
    hooks: pinoHooks(logger, options),
    clock,
    retry: { strategy: constant(5), maxAttempts: 2 },
  });
  await Promise.all([policy.call(operation).catch(() => {}), clock.run()]);
}

const FIELDS = {
  operation: "read",
  attempts: 2,
  elapsed_ms: 5,
  stop_reason: "MAX_ATTEMPTS_GLOBAL",
  class: "TRANSIENT",
  err: "TransientError",
  cause: "exception",
};
const does = (): void => {};

test.each<[string, object]>([
  ["pino", { bindings: does, child: does }],
  ["bunyan", { addStream: does, child: does }],
])("%s is known, and gets the fields first", async (_name, methods) => {
  const { logger, told } = fake(methods);
  await call(logger);
  expect(told.at(-1)).toEqual(["error", FIELDS, "call failed"]);
});

test.each<[string, object]>([
  ["winston", { configure: does, add: does, log: does }],
  ["consola", { withTag: does, mockTypes: does, level: 3 }],
  ["console", { table: does, timeEnd: does }],
])("%s is known, and gets the message first", async (_name, methods) => {
  const { logger, told } = fake(methods);
  await call(logger);
  expect(told.at(-1)).toEqual(["error", "call failed", FIELDS]);
});

test("the order of an unknown logger must be said", async () => {
  const { logger, told } = fake();
  expect(() => pinoHooks(logger)).toThrow("pinoHooks.style must be given for a logger that is neither pino, bunyan, winston");
  await call(logger, { style: "message-first" });
  await call(logger, { style: "fields-first" });
  expect(told.filter(([level]) => level === "error").map(([, first]) => typeof first)).toEqual(["string", "object"]);
});

test("levels say which lines there are, and in which level", async () => {
  const { logger, told } = fake();
  const options: PinoOptions = { style: "message-first", levels: { failure: "warn", detail: "off", success: undefined } };
  await call(logger, options);
  await call(logger, options, async () => 1);
  expect(told.map(([level, message]) => [level, message])).toEqual([
    ["warn", "call failed"],
    ["debug", "call succeeded"],
  ]);
});

test("what is expected is for the user to say", async () => {
  const { logger, told } = fake();
  await call(logger, { style: "message-first", expected: ["MAX_ATTEMPTS_GLOBAL"] });
  expect(told.at(-1)?.slice(0, 2)).toEqual(["warn", "call stopped"]);
});

test("a level that is switched off costs no line, and is asked for with every call", async () => {
  const isLevelEnabled = vi.fn((level: string) => level === "error");
  const { logger, told } = fake({ isLevelEnabled });
  await call(logger, { style: "fields-first" });
  expect(told.map(([level]) => level)).toEqual(["error"]);
  isLevelEnabled.mockImplementation(() => true);
  await call(logger, { style: "fields-first" });
  expect(told.map(([level]) => level)).toEqual(["error", "debug", "error"]);
});

test("a level of consola is a number", async () => {
  const { logger, told } = fake({ withTag: does, mockTypes: does, level: 0 });
  await call(logger);
  await call(logger, {}, async () => 1);
  expect(told.map(([level]) => level)).toEqual(["error"]);
});

test("each change of a circuit is one line, at warn", async () => {
  const { logger, told } = fake({ table: does, timeEnd: does });
  const circuitBreaker = new CircuitBreaker({ name: "db", failureThreshold: 1, recoveryTimeoutMs: 10, clock });
  const policy = new Policy({ hooks: pinoHooks(logger), circuitBreaker, clock });
  await policy.call(fail).catch(() => {});
  await policy.call(fail).catch(() => {});
  await clock.advance(10);
  await policy.call(async () => 1);
  expect(told.filter(([level]) => level === "warn").map(([, message]) => message)).toEqual([
    "circuit opened",
    "call stopped",
    "circuit half-open",
    "circuit closed",
  ]);
});

test("a logger that throws, or rejects, changes no call and is heard of once", async () => {
  for (const error of [
    (): never => {
      throw new Error("disk full");
    },
    async (): Promise<never> => {
      throw new Error("disk full");
    },
  ]) {
    const onHookError = vi.fn();
    const { logger } = fake({ error });
    const policy = new Policy({ operation: "read", hooks: pinoHooks(logger, { style: "fields-first" }), onHookError, clock });
    await expect(policy.call(fail)).rejects.toThrow("secret");
    await expect(policy.call(fail)).rejects.toThrow("secret");
    await null;
    expect(onHookError.mock.calls).toEqual([[new Error("disk full"), { name: "onCallEnd", operation: "read" }]]);
  }
});

test.each<[string, unknown, object, string]>([
  ["no logger", undefined, {}, "pinoHooks.logger must be a logger with the methods debug, info, warn and error"],
  ["a logger without warn", { ...console, warn: 1 }, {}, "pinoHooks.logger must be a logger"],
  ["an unknown option", console, { level: "info" }, "pinoHooks.level is not an option"],
  ["an unknown style", console, { style: "pino" }, "pinoHooks.style must be one of fields-first, message-first"],
  [
    "an unknown level",
    console,
    { levels: { failure: "loud" } },
    "pinoHooks.levels.failure must be one of debug, info, warn, error, off",
  ],
  ["an unknown line", console, { levels: { failed: "warn" } }, "pinoHooks.levels.failed is not an option"],
  ["an unknown stop reason", console, { expected: ["LATE"] }, "pinoHooks.expected[0] must be one of"],
])("%s is refused", (_what, logger, options, message) => {
  expect(() => pinoHooks(logger as LoggerLike, options as PinoOptions)).toThrow(message);
});
