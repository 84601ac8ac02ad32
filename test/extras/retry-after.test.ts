import { type Classifier, defaultClassifier } from "redress";
import * as extras from "redress/extras";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { millisUntil } from "../../src/core/failure/http/instant.ts";

const { parseRetryAfter } = extras;

const now = Date.UTC(2026, 0, 1);
const others = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-name-${i}`, "x"]));
const seconds = now / 1000;

describe("the time is written", () => {
  test.each<[how: string, value: string, ms: number | undefined]>([
    ["in seconds", "120", 120_000],
    ["as zero", "0", 0],
    ["in parts of a second", "1.5", 1_500],
    ["in smaller parts of a second", "1.25", 1_250],
    ["in as many seconds as are no instant yet", "999999999", 999_999_999_000],
    ["as the first second that is an instant, of 2001", "1000000000", 0],
    ["as the first instant in milliseconds, of the same", "1000000000000", 0],
    ["with blanks around it", " 3 ", 3_000],
    ["twice, in a header that was joined", "5, 5", 5_000],
    ["as an IMF-fixdate", "Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["as RFC 850 had it", "Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
    ["as asctime does, in GMT wherever we are", "Thu Jan  1 00:00:30 2026", 30_000],
    ["as a date of the past", "Sun, 06 Nov 1994 08:49:37 GMT", 0],
    ["as RFC 3339", "2026-01-01T00:00:30Z", 30_000],
    ["as RFC 3339 with a zone", "2026-01-01T01:00:30+01:00", 30_000],
    ["as seconds since 1970", `${seconds + 9}`, 9_000],
    ["as milliseconds since 1970", `${now + 9}`, 9],
    ["as a second of the past", `${seconds - 9}`, 0],
    ["as a duration", "1m30s", 90_000],
    ["as a duration with parts of seconds", "7.66s", 7_660],
    ["as a short duration", "250ms", 250],
    ["as a long duration", "1d2h3m4s", 93_784_000],
    ["beyond what a timer can wait", "2592000", 2_592_000_000],
    ["as a word", "soon", undefined],
    ["as a number below zero", "-1", undefined],
    ["as nothing", "", undefined],
    ["as a number with a unit that nobody knows", "5 apples", undefined],
    ["as a date with no time", "Thu, 01 Jan 2026", undefined],
    ["as a date with a word before it", "at Thu, 01 Jan 2026 00:00:30 GMT", undefined],
    ["as a date with a remark behind it", "Thu, 01 Jan 2026 00:00:30 GMT (UTC)", undefined],
    ["as a duration with a word before it", "in 30s", undefined],
    ["as a duration with a word behind it", "30s ago", undefined],
    ["as a date that does not exist", "Thu, 41 Jan 2026 00:00:30 GMT", undefined],
    ["as a duration that does not parse", "1.2.3s", undefined],
    ["as a hexadecimal number", "0x10", undefined],
    ["as a very long word", "9".repeat(1e5).concat("x"), undefined],
  ])("%s", (_how, value, ms) => {
    const parsed = parseRetryAfter({ "retry-after": value }, now);
    if (value.length > 100) expect(parsed === undefined || parsed > 1e9).toBe(true);
    else expect(parsed).toBe(ms);
  });
});

test("a date that names no zone behind it is read in GMT, and one that does as it stands", () => {
  const parsed: string[] = [];
  const clock = { now: () => 0, parse: (date: string) => parsed.push(date) };
  const bare = ["Thu Jan  1 00:00:30 2026", "GMT, Jan  1 00:00:30 2026"];
  const zoned = ["Thu, 01 Jan 2026 00:00:30 GMT", "2026-01-01T00:00:30Z", "2026-01-01T01:00:30+01:00"];
  for (const date of [...bare, ...zoned]) millisUntil(date, clock);
  expect(parsed).toEqual([...bare.map((date) => `${date} GMT`), ...zoned]);
});

describe("the headers are", () => {
  test.each<[string, unknown]>([
    ["Headers", new Headers({ "Retry-After": "7" })],
    ["a plain object", { "retry-after": "7" }],
    ["a plain object in another case", { "RETRY-AFTER": "7" }],
    ["a plain object in two cases, of which the first counts", { "Retry-After": "7", "RETRY-AFTER": "9" }],
    ["an object that hides a field beside a hundred others", Object.defineProperty(others(100), "retry-after", { value: "7" })],
    ["a number among strings", { "retry-after": 7 }],
    ["an object whose values are arrays", { "retry-after": ["7", "9"] }],
    ["an object without a prototype", Object.assign(Object.create(null), { "Retry-After": "7" })],
    ["a Map", new Map([["Retry-After", "7"]])],
    ["a Map in small letters", new Map([["retry-after", "7"]])],
    [
      "an array of pairs",
      [
        ["Date", "x"],
        ["Retry-After", "7"],
      ],
    ],
    ["a flat array, as rawHeaders are", ["Access-Control-Expose-Headers", "retry-after", "Retry-After", "7"]],
    ["a flat array of a hundred headers", [...Object.entries(others(99)).flat(), "Retry-After", "7"]],
    ["a flat array of buffers", [Buffer.from("Retry-After"), Buffer.from("7")]],
    ["anything with get", { get: (name: string) => (name === "retry-after" ? "7" : null) }],
    ["gRPC's Metadata, whose get gives arrays", { get: (name: string) => (name === "retry-after" ? ["7"] : []) }],
    ["the value alone", "7"],
  ])("%s", (_what, headers) => {
    expect(parseRetryAfter(headers, now)).toBe(7_000);
  });

  test.each([undefined, null, 5, true, {}, [], new Headers(), new Map(), () => {}, Symbol("headers")])(
    "nothing that says a time: %s",
    (headers) => {
      expect(parseRetryAfter(headers, now)).toBeUndefined();
    },
  );

  test("no more than a hundred, in any case", () => {
    const after = (count: number) =>
      Object.fromEntries([...Array.from({ length: count }, (_, i) => [`X-Name-${i}`, "x"]), ["Retry-After", "7"]]);
    for (const headers of [
      after,
      (count: number) => ({ ...others(count), "retry-after": "7" }),
      (count: number) => [...Object.entries(others(count)).flat(), "Retry-After", "7"],
    ])
      expect([99, 100, 1_000].map((count) => parseRetryAfter(headers(count), now))).toEqual([7_000, undefined, undefined]);
  });

  test("hostile, and have none", () => {
    const no = (): never => {
      throw new Error("do not touch");
    };
    function* endless(): Generator<[string, string]> {
      for (;;) yield ["x", "y"];
    }
    for (const headers of [
      { get: no },
      new Proxy({}, { get: no }),
      new Proxy({}, { ownKeys: no }),
      { [Symbol.iterator]: endless },
      { "retry-after": { toString: no } },
    ])
      expect(parseRetryAfter(headers, now)).toBeUndefined();
  });
});

describe("of several headers", () => {
  test.each<[which: string, headers: Record<string, string>, ms: number]>([
    ["milliseconds are more exact", { "retry-after-ms": "1500", "retry-after": "2" }, 1_500],
    ["Azure's milliseconds too", { "x-ms-retry-after-ms": "250", "retry-after": "1" }, 250],
    ["AWS's too", { "x-amz-retry-after": "700" }, 700],
    ["no milliseconds are some", { "retry-after-ms": "0", "retry-after": "2" }, 0],
    ["milliseconds that are none give way", { "retry-after-ms": "soon", "retry-after": "2" }, 2_000],
    ["milliseconds without end give way", { "retry-after-ms": "Infinity", "retry-after": "2" }, 2_000],
    ["milliseconds in hexadecimal give way", { "retry-after-ms": "0x10", "retry-after": "2" }, 2_000],
    ["milliseconds that were sent twice", { "retry-after-ms": "1500, 1500" }, 1_500],
    ["what the server says outright outweighs its limits", { "retry-after": "2", "ratelimit-reset": "9" }, 2_000],
    ["the RateLimit fields count", { "ratelimit-limit": "10", "ratelimit-remaining": "0", "ratelimit-reset": "9" }, 9_000],
    ["the one RateLimit field counts", { ratelimit: '"default";r=0;t=30' }, 30_000],
    ["the one RateLimit field counts as drafts had it", { ratelimit: "limit=100, remaining=0, reset=31" }, 31_000],
    ["the limit that is used up counts", { ratelimit: '"burst";r=5;t=3, "daily";r=0;t=3600' }, 3_600_000],
    ["the last of those that are used up counts", { ratelimit: '"burst";r=0;t=3, "daily";r=0;t=3600' }, 3_600_000],
    ["limits may stand without blanks", { ratelimit: '"burst";r=5;t=3,"daily";r=0;t=3600' }, 3_600_000],
    [
      "a limit of which a number says that something is left is not used up",
      { ratelimit: '"burst";r=05;t=99, "daily";r=0;t=9' },
      9_000,
    ],
    ["what stands far behind does not count", { ratelimit: `${'"burst";r=5;t=3, '.repeat(40)}"daily";r=0;t=9` }, 3_000],
    [
      "what services say of their limits in plain seconds counts",
      { "x-ratelimit-retry-after": "4", "ratelimit-reset": "9" },
      4_000,
    ],
    [
      "the used up tokens count, not the requests",
      {
        "x-ratelimit-reset-requests": "1s",
        "x-ratelimit-remaining-requests": "10",
        "x-ratelimit-reset-tokens": "6m0s",
        "x-ratelimit-remaining-tokens": "0",
      },
      360_000,
    ],
    [
      "of limits that all have something left, the first to reset counts",
      { "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s" },
      1_000,
    ],
    ["GitHub's instant counts", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${seconds + 60}` }, 60_000],
    ["Discord's seconds count", { "x-ratelimit-reset-after": "1.2" }, 1_200],
    ["X's spelling counts", { "x-rate-limit-reset": `${seconds + 5}` }, 5_000],
    [
      "Anthropic's instants count",
      {
        "anthropic-ratelimit-tokens-remaining": "0",
        "anthropic-ratelimit-tokens-reset": "2026-01-01T00:00:20Z",
        "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:01Z",
      },
      20_000,
    ],
    ...["requests", "tokens", "input-tokens", "output-tokens"].map((of): [string, Record<string, string>, number] => [
      `Anthropic's instant of ${of} counts`,
      { [`anthropic-ratelimit-${of}-reset`]: "2026-01-01T00:00:20Z" },
      20_000,
    ]),
  ])("%s", (_which, headers, ms) => {
    expect(parseRetryAfter(headers, now)).toBe(ms);
    expect(parseRetryAfter(new Headers(headers), now)).toBe(ms);
  });
});

test("without a time given, dates are compared with the clock", () => {
  const wait = parseRetryAfter(new Date(Date.now() + 60_000).toUTCString()) as number;
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(60_000);
});

describe("every client's headers and metadata are read by the same reader", () => {
  beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"], now }));
  afterAll(() => void vi.useRealTimers());

  const soon = new Date(now + 3_600_000);
  const VALUES: readonly (readonly [name: string, value: string, ms: number | undefined])[] = [
    ["retry-after", "7", 7_000],
    ["retry-after", "1.5", 1_500],
    ["retry-after", "0", 0],
    ["retry-after", "5, 5", 5_000],
    ["retry-after", "1m30s", 90_000],
    ["retry-after", "250ms", 250],
    ["retry-after", soon.toUTCString(), 3_600_000],
    ["retry-after", soon.toISOString(), 3_600_000],
    ["retry-after", new Date(0).toUTCString(), 0],
    ["retry-after", "soon", undefined],
    ["retry-after", "-1", undefined],
    ["retry-after-ms", "1500", 1_500],
    ["x-ms-retry-after-ms", "1200", 1_200],
    ["x-amz-retry-after", "900", 900],
  ];
  const CLIENTS: Readonly<Record<string, readonly [Classifier, (headers: object) => object]>> = {
    "the default classifier": [defaultClassifier, (headers) => ({ response: { status: 503, headers } })],
    "an HTTP client": [extras.httpRetryAfterClassifier, (headers) => ({ status: 503, headers })],
    "a client that does not throw": [extras.responseClassifier as unknown as Classifier, (headers) => ({ status: 503, headers })],
    AWS: [extras.awsClassifier, (headers) => ({ name: "Odd", $metadata: { httpStatusCode: 503 }, $response: { headers } })],
    Azure: [extras.azureClassifier, (headers) => ({ name: "RestError", statusCode: 503, response: { headers } })],
    "Cosmos DB": [extras.azureClassifier, (headers) => ({ code: 503, activityId: "a", headers })],
    Google: [extras.googleClassifier, (headers) => ({ code: "503", response: { status: 503, headers } })],
    gRPC: [extras.grpcClassifier, (metadata) => ({ code: 13, details: "d", metadata })],
    Connect: [extras.connectClassifier, (metadata) => ({ code: 13, rawMessage: "m", metadata })],
  };

  describe.each(Object.entries(CLIENTS))("%s", (_client, [classifier, error]) => {
    test.each(VALUES)("%s: %s", (name, value, ms) => {
      for (const headers of [{ [name]: value }, new Headers({ [name]: value })]) {
        const answer = classifier(error(headers));
        if (ms === undefined) expect(answer).toBe("SERVER_ERROR");
        else expect(answer).toEqual({ errorClass: "SERVER_ERROR", retryAfterMs: ms });
      }
    });
  });
});
