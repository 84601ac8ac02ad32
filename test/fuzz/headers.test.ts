/* Headers are anybody's: a delay or a deadline is a number that is not negative, and no bound of ours grows by one. */
import fc from "fast-check";
import { defaultClassifier } from "redress";
import { grpcClassifier, httpRetryAfterClassifier, parseRetryAfter } from "redress/extras";
import { describe, expect, test } from "vitest";
import { incomingDeadlineMs } from "../../src/servers/request/incoming-deadline.ts";
import { readRequestOptions } from "../../src/servers/request/request-options.ts";
import { hostileValue } from "../properties/hostile-values.ts";
import { frozen, inherited, survived } from "./unharmed.ts";

const NAMES = [
  "retry-after",
  "Retry-After",
  "retry-after-ms",
  "x-ms-retry-after-ms",
  "x-amz-retry-after",
  "ratelimit",
  "ratelimit-reset",
  "ratelimit-remaining",
  "x-ratelimit-reset",
  "x-ratelimit-remaining",
  "x-ratelimit-reset-requests",
  "anthropic-ratelimit-tokens-reset",
  "x-should-retry",
  "grpc-retry-pushback-ms",
  ...inherited,
] as const;

const value = fc.oneof(
  fc.constantFrom(
    "",
    "-1",
    "0",
    "1e999",
    "Infinity",
    "-Infinity",
    "NaN",
    "0x10",
    "9".repeat(400),
    "1ms".repeat(100),
    "false",
    '"a";r=0;t=5',
    "\0",
    "1,2",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "9999-99-99T99:99:99Z",
  ),
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.stringMatching(/^[\d.,;:=rt "dhms-]{0,40}$/),
);
const headers = fc.array(
  fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.string() }), value),
  { maxLength: 6 },
);

/** Own members, whatever they are called. */
function plain(pairs: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, each] of pairs) Object.defineProperty(made, name, { value: each, enumerable: true, configurable: true });
  return made;
}

const shapes: readonly ((pairs: [string, string][]) => object)[] = [
  plain,
  (pairs) => new Map(pairs),
  (pairs) => pairs,
  (pairs) => pairs.flat(),
  (pairs) => plain(pairs.map(([name, each]) => [name, [each, each]] as const)),
];

const isDelay = (ms: unknown): boolean => ms === undefined || (typeof ms === "number" && ms >= 0);

describe("when to come back", () => {
  test("is nothing, or a number that is not negative, in every shape of headers, which stay as they were", () => {
    fc.assert(
      fc.property(
        headers,
        fc.nat(shapes.length - 1),
        fc.constantFrom(0, 1e12, -1, Number.MAX_SAFE_INTEGER),
        (pairs, shape, nowMs) => {
          const given = frozen(shapes[shape]?.(pairs));
          expect(survived(() => expect(parseRetryAfter(given, nowMs)).toSatisfy(isDelay))).toBe(true);
          for (const classifier of [defaultClassifier, httpRetryAfterClassifier, grpcClassifier])
            for (const error of [
              { status: 429, headers: given },
              { response: { status: 503, headers: given } },
              { code: 14, details: "d", metadata: given },
            ]) {
              const answer = classifier(Object.assign(new Error("x"), error));
              if (typeof answer !== "string") expect(answer.retryAfterMs).toSatisfy(isDelay);
            }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("is nothing where the headers refuse to be looked at", () => {
    fc.assert(
      fc.property(hostileValue, ({ make }) => {
        expect(survived(() => expect(parseRetryAfter(make(), 0)).toSatisfy(isDelay))).toBe(true);
      }),
    );
  });

  test("asks no more questions of more headers than a server sends in earnest", () => {
    const questions = (count: number): number => {
      let asked = 0;
      const names = Array.from({ length: count }, (_, i) => `X-Name-${i}`);
      const given = new Proxy(
        {},
        {
          ownKeys: () => names,
          has: () => ++asked > 0,
          getOwnPropertyDescriptor: () => {
            asked++;
            return { configurable: true, enumerable: true, value: "1" };
          },
          get: (_, name) => {
            asked++;
            return typeof name === "symbol" || name === "get" ? undefined : "soon";
          },
        },
      );
      parseRetryAfter(given, 0);
      return asked;
    };
    expect(questions(20_000)).toBe(questions(10_000));
    expect(questions(20_000)).toBeLessThan(1_000);
  });
});

describe("the deadline of a caller", () => {
  const settings = readRequestOptions("test", {
    deadlineHeader: ["x-request-timeout-ms", "grpc-timeout"],
    maxDeadlineMs: 5_000,
    deadlineMs: 9_000,
  });

  test("is never above what the server allows, and without one it is the server's own", () => {
    let believed = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          value,
          fc.stringMatching(/^\d{1,14}[HMSmun]?$/),
          fc.array(value, { maxLength: 2 }),
          fc.constantFrom(null, undefined),
        ),
        fc.boolean(),
        (said, isGrpc) => {
          const name = isGrpc ? "grpc-timeout" : "x-request-timeout-ms";
          survived(() => {
            const ms = incomingDeadlineMs((asked) => (asked === name ? (said as string) : undefined), settings);
            if (ms !== 9_000) believed++;
            expect(ms === 9_000 || (ms >= 0 && ms <= 5_000)).toBe(true);
          });
        },
      ),
      { numRuns: 2_000 },
    );
    expect(believed).toBeGreaterThan(100);
  });
});
