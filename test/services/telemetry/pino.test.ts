/* redress/pino, with the loggers themselves: what each of them writes, as it writes it. */
import { Console } from "node:console";
import { PassThrough, Writable } from "node:stream";
import { createConsola } from "consola";
import { pino } from "pino";
import { pinoHooks } from "redress/pino";
import { expect, test, vi } from "vitest";
import winston from "winston";
import { makeCalls, SECRET } from "./calls.ts";

type Line = Readonly<Record<string, unknown>>;

/** A stream, and the lines that are written to it. */
function lines(): { stream: Writable; read(): Line[]; text(): string } {
  let written = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  const text = (): string => written;
  return {
    stream,
    text,
    read: () =>
      text()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line),
  };
}

const LEVEL = { 20: "debug", 30: "info", 40: "warn", 50: "error" } as Readonly<Record<number, string>>;

/** What every logger must have written of the calls, at info. */
const EXPECTED = [
  ["info", "call succeeded after a retry", { operation: "recovered", attempts: 2 }],
  [
    "warn",
    "call fell back",
    {
      operation: "covered",
      attempts: 3,
      stop_reason: "MAX_ATTEMPTS_GLOBAL",
      class: "TRANSIENT",
      err: "LeakyError",
      cause: "exception",
    },
  ],
  ["warn", "circuit opened", { operation: "broken", state: "open", class: "TRANSIENT", attempt: 0, sleep_ms: 0 }],
  [
    "error",
    "call failed",
    {
      operation: "broken",
      attempts: 3,
      stop_reason: "MAX_ATTEMPTS_GLOBAL",
      class: "TRANSIENT",
      err: "LeakyError",
      cause: "exception",
    },
  ],
  ["warn", "call stopped", { operation: "broken", attempts: 0, stop_reason: "CIRCUIT_OPEN" }],
  [
    "error",
    "call failed",
    {
      operation: "refused",
      attempts: 1,
      stop_reason: "NON_RETRYABLE_CLASS",
      class: "PERMANENT",
      err: "PermanentError",
      cause: "exception",
    },
  ],
  ["error", "call failed by a mistake in its policy", { operation: "mistaken", attempts: 1, err: "RangeError" }],
];

test("pino writes a line for each call that ended, with its fields, and nothing of the data", async () => {
  const { stream, read, text } = lines();
  await makeCalls(pinoHooks(pino(stream)));

  const told = read().map(({ level, time: _time, pid: _pid, hostname: _hostname, msg, elapsed_ms, ...fields }) => {
    expect(msg === "circuit opened" ? 0 : elapsed_ms).toEqual(expect.any(Number));
    return [LEVEL[level as number], msg, fields];
  });
  expect(told).toEqual(EXPECTED);
  expect(text()).not.toContain(SECRET);
});

test("at debug pino writes the successes, retries and rejections too", async () => {
  const { stream, read, text } = lines();
  await makeCalls(pinoHooks(pino({ level: "debug" }, stream)));

  const debug = read().filter(({ level }) => level === 20);
  expect(debug.filter(({ msg }) => msg === "call succeeded")).toHaveLength(1);
  const retries = debug.filter(({ msg }) => msg === "attempt failed, retrying");
  expect(retries).toHaveLength(5);
  expect(retries[0]).toMatchObject({ operation: "recovered", attempt: 1, sleep_ms: 1, class: "TRANSIENT", err: "LeakyError" });
  expect(debug.filter(({ msg }) => msg === "circuit rejected the call")).toMatchObject([{ operation: "broken", state: "open" }]);
  expect(text()).not.toContain(SECRET);
});

test("a child of pino is known, and keeps its own fields", async () => {
  const { stream, read } = lines();
  await makeCalls(pinoHooks(pino(stream).child({ request: "r1" })));

  expect(read()).toHaveLength(EXPECTED.length);
  expect(read().every(({ request, msg }) => request === "r1" && typeof msg === "string")).toBe(true);
});

test("where it is asked for, pino writes the error itself, by its own serializer", async () => {
  const { stream, read } = lines();
  await makeCalls(pinoHooks(pino(stream), { includeError: true }));

  const [first] = read().filter(({ msg }) => msg === "call failed");
  expect(first?.["err"]).toMatchObject({ type: "LeakyError", message: `refused by ${SECRET}`, stack: expect.any(String) });
});

test("winston writes the same", async () => {
  const { stream, read, text } = lines();
  const logger = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Stream({ stream })] });
  await makeCalls(pinoHooks(logger));

  const told = read().map(({ level, message, elapsed_ms: _elapsed, ...fields }) => [level, message, fields]);
  expect(told).toEqual(EXPECTED);
  expect(text()).not.toContain(SECRET);
});

test("winston's children, and winston itself, are known", () => {
  expect(() => [pinoHooks(winston), pinoHooks(winston.createLogger({ silent: true }).child({ request: "r1" }))]).not.toThrow();
});

test("winston writes what an error says, where that is asked for", async () => {
  const { stream, read } = lines();
  const logger = winston.createLogger({ format: winston.format.json(), transports: [new winston.transports.Stream({ stream })] });
  await makeCalls(pinoHooks(logger, { includeError: true }));

  const [first] = read().filter(({ message }) => message === "call failed");
  expect(first?.["err"]).toMatchObject({ type: "TransientError", message: `refused by ${SECRET}`, stack: expect.any(String) });
});

test("consola gets the message and then the fields, and nothing below its level", async () => {
  const told: unknown[][] = [];
  const consola = createConsola({ level: 3, reporters: [{ log: ({ type, args }) => void told.push([type, ...args]) }] });
  await makeCalls(pinoHooks(consola));

  const lines = told as [string, string, Line][];
  expect(lines.map(([type, message, { elapsed_ms: _elapsed, ...fields }]) => [type, message, fields])).toEqual(EXPECTED);
});

test("a console prints the message and the fields beside it", async () => {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  await makeCalls(pinoHooks(new Console({ stdout, stderr }), { levels: { success: "off", detail: "off" } }));

  const [out, errors] = [String(stdout.read()), String(stderr.read())];
  expect(out).toMatch(/^call succeeded after a retry \{ operation: 'recovered', attempts: 2, elapsed_ms: [\d.]+ \}\n$/);
  expect(errors).toContain("circuit opened {");
  expect(errors.match(/^call /gm)).toHaveLength(5);
  expect(errors + out).not.toContain(SECRET);
});

test("a destination of pino that throws changes no call, and is heard of once", async () => {
  const onHookError = vi.fn();
  const broken = {
    write: (): never => {
      throw new Error("disk full");
    },
  };
  const { failed } = await makeCalls(pinoHooks(pino({}, broken)), onHookError);

  expect(failed).toHaveLength(3);
  const policies = 5;
  expect(onHookError.mock.calls.length).toBeLessThanOrEqual(policies + 1);
  expect(onHookError.mock.calls[0]).toEqual([new Error("disk full"), { name: "onCallEnd", operation: "recovered" }]);
});
