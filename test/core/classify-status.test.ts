import { type Classification, defaultClassifier, type ErrorClass, strictClassifier } from "redress";
import { describe, expect, test } from "vitest";
import { GATEWAY_TIMEOUT, TIMEOUT } from "./answers.ts";

/** RFC 9110 and friends: what design.md says of each status. */
function answerTo(status: number): ErrorClass | Classification {
  const special: Readonly<Record<number, ErrorClass | Classification>> = {
    401: "AUTH",
    403: "PERMISSION",
    408: TIMEOUT,
    409: "CONCURRENCY",
    425: "TRANSIENT",
    429: "RATE_LIMIT",
    504: GATEWAY_TIMEOUT,
  };
  return special[status] ?? (status >= 500 ? "SERVER_ERROR" : "PERMANENT");
}

const places: Readonly<Record<string, (status: unknown) => object>> = {
  status: (status) => ({ status }),
  statusCode: (status) => ({ statusCode: status }),
  "response.status": (status) => ({ response: { status } }),
  "response.statusCode": (status) => ({ response: { statusCode: status } }),
  "$metadata.httpStatusCode": (status) => ({ $metadata: { httpStatusCode: status } }),
  "a numeric code": (status) => ({ code: status }),
};

const statuses = Array.from({ length: 200 }, (_, i) => 400 + i);

describe.each(Object.entries(places))("a status in %s", (_place, put) => {
  const error = (status: unknown): Error => Object.assign(new Error("failed"), put(status));

  test("is known from 400 to 599, by both classifiers", () => {
    const expected = statuses.map(answerTo);
    expect(statuses.map((status) => defaultClassifier(error(status)))).toEqual(expected);
    expect(statuses.map((status) => strictClassifier(error(status)))).toEqual(expected);
  });

  test.each([100, 200, 204, 301, 304, 399, 600, 999, 0, -503, -1, 503.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "means nothing outside of that, as %s",
    (status) => {
      expect(defaultClassifier(error(status))).toBe("UNKNOWN");
    },
  );

  test.each(["503", "404", "429", " 503 "])("is no status when it is the string %j", (status) => {
    expect(defaultClassifier(error(status))).toBe("UNKNOWN");
    expect(strictClassifier(error(status))).toBe("UNKNOWN");
  });

  test.each([null, true, [503], { valueOf: () => 503 }, 503n])("is no status when it is %s", (status) => {
    expect(defaultClassifier(error(status))).toBe("UNKNOWN");
  });
});

test("spot checks, so that the table above is not its own proof", () => {
  const of = (status: number) => defaultClassifier({ status });
  expect(
    [400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 418, 422, 423, 424, 425, 428, 429, 431, 451].map(of),
  ).toEqual([
    "PERMANENT",
    "AUTH",
    "PERMANENT",
    "PERMISSION",
    "PERMANENT",
    "PERMANENT",
    "PERMANENT",
    TIMEOUT,
    "CONCURRENCY",
    "PERMANENT",
    "PERMANENT",
    "PERMANENT",
    "PERMANENT",
    "PERMANENT",
    "PERMANENT",
    "PERMANENT",
    "TRANSIENT",
    "PERMANENT",
    "RATE_LIMIT",
    "PERMANENT",
    "PERMANENT",
  ]);
  expect([500, 501, 502, 503, 505, 507, 529, 599].map(of)).toEqual(Array(8).fill("SERVER_ERROR"));
  expect(of(504)).toEqual(GATEWAY_TIMEOUT);
});

test.each([
  ["gRPC UNAVAILABLE", 14],
  ["gRPC DEADLINE_EXCEEDED", 4],
  ["DOMException AbortError", 20],
  ["DOMException TimeoutError", 23],
  ["an AMQP connection reply", 320],
  ["a child's exit code", 3],
  ["a MongoDB write conflict", 112],
  ["a MongoDB duplicate key", 11_000],
  ["a MySQL errno", 1213],
])("a numeric code outside 400 to 599 means nothing: %s", (_what, code) => {
  expect(defaultClassifier(Object.assign(new Error("failed"), { code }))).toBe("UNKNOWN");
  expect(strictClassifier({ code })).toBe("UNKNOWN");
});

test("a place without an error status does not hide one in another place", () => {
  expect(defaultClassifier({ status: 200, response: { status: 503 } })).toBe("SERVER_ERROR");
  expect(defaultClassifier({ status: "error", statusCode: 429 })).toBe("RATE_LIMIT");
  expect(defaultClassifier({ status: 0, code: "ECONNRESET" })).toBe("TRANSIENT");
  expect(defaultClassifier({ response: null, $metadata: undefined, status: 404 })).toBe("PERMANENT");
});

test("a status says more than a code or a name", () => {
  expect(defaultClassifier({ status: 404, code: "ECONNRESET", name: "ConnectionError" })).toBe("PERMANENT");
  expect(defaultClassifier({ statusCode: 503, code: "UND_ERR_RESPONSE" })).toBe("SERVER_ERROR");
});

test("a plain object is classified like an error", () => {
  expect(defaultClassifier({ status: 429 })).toBe("RATE_LIMIT");
  expect(strictClassifier({ response: { statusCode: 500 } })).toBe("SERVER_ERROR");
});
