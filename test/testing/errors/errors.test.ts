import { defaultClassifier } from "redress";
import { universalClassifier } from "redress/extras";
import { errors } from "redress/testing";
import { describe, expect, test } from "vitest";
import { recordedBy } from "../../fixtures/recordings.ts";

describe("an answer with a status of failure", () => {
  test.each(["HTTP.403", "HTTP.404", "HTTP.408", "HTTP.409", "HTTP.429", "HTTP.503"])("is classified as ky's: %s", (id) => {
    const real = recordedBy("ky")
      .find((recorded) => recorded.id === id)
      ?.revive() as Error;
    const { headers } = (real as unknown as { readonly response: { readonly headers: Headers } }).response;
    const built = errors.http(Number(id.slice("HTTP.".length)), { headers: Object.fromEntries(headers) });
    expect(defaultClassifier(built)).toEqual(defaultClassifier(real));
    expect(universalClassifier(built)).toEqual(universalClassifier(real));
  });

  test("has its status, and an answer that can be read", async () => {
    const error = errors.http(422, { body: { reason: "too short" }, headers: { "X-Request-Id": "7" } }) as Error & {
      response: Response;
    };
    expect(error).toMatchObject({
      name: "HTTPError",
      message: "Request failed with status code 422 Unprocessable Entity",
      status: 422,
    });
    expect(error.response.headers.get("x-request-id")).toBe("7");
    expect(await error.response.json()).toEqual({ reason: "too short" });
  });

  test.each([
    [2, 2_000],
    ["3", 3_000],
    [0.5, 500],
  ])("asks to come back after %j seconds", (retryAfter, retryAfterMs) => {
    for (const error of [errors.http(503, { retryAfter }), errors.axios(503, { retryAfter }), errors.openai(503, { retryAfter })])
      expect(defaultClassifier(error)).toMatchObject({ errorClass: "SERVER_ERROR", retryAfterMs });
  });

  test("asks to come back at an instant", () => {
    const error = errors.http(429, { retryAfter: new Date("2031-05-01T10:00:00Z") }) as Error & { headers: Headers };
    expect(error.headers.get("retry-after")).toBe("Thu, 01 May 2031 10:00:00 GMT");
  });
});

describe("what may be wanted otherwise", () => {
  test("is the message, the cause, and every property", () => {
    const cause = new Error("why");
    const error = errors.pg("40001", { message: "said", cause, fields: { severity: "FATAL", table: "t" } });
    expect(error).toMatchObject({ message: "said", cause, code: "40001", severity: "FATAL", table: "t" });
  });

  test("is refused where it is unknown or of the wrong kind", () => {
    expect(() => errors.http(503, { retryafter: 2 } as never)).toThrow(
      new TypeError(
        "errors.http.retryafter is not an option; did you mean `retryAfter`? Options: message, cause, fields, headers, retryAfter, body.",
      ),
    );
    expect(() => errors.http(503, { retryAfter: -1 })).toThrow(
      "errors.http.retryAfter must be seconds >= 0, a Date, or the header as a string, got -1.",
    );
    expect(() => errors.timeout({ message: 7 } as never)).toThrow(TypeError);
    expect(() => errors.aws("SlowDown", { status: 200 })).toThrow(RangeError);
  });
});

describe("a code that the library does not have is refused, with the one that was probably meant", () => {
  test.each([
    [() => errors.node("ECONRESET" as never), 'Did you mean "ECONNRESET"?'],
    [() => errors.mysql2("ER_LOCK_DEADLOK" as never), 'Did you mean "ER_LOCK_DEADLOCK"?'],
    [() => errors.betterSqlite3("SQLITE_BUSSY"), 'Did you mean "SQLITE_BUSY"?'],
    [() => errors.grpc("UNAVAILABEL" as never), 'Did you mean "UNAVAILABLE"?'],
    [() => errors.kafkajs("LEADER_NOT_AVAILABEL" as never), 'Did you mean "LEADER_NOT_AVAILABLE"?'],
    [() => errors.mongodb("WriteConflit" as never), 'Did you mean "WriteConflict"?'],
    [() => errors.pg("4001"), "errors.pg.code must be a SQLSTATE of five digits and capital letters"],
    [() => errors.http(200), "errors.http.code must be an HTTP status from 300 to 599, got 200."],
    [() => errors.grpc(0), "errors.grpc.code must be a code of gRPC from 1 to 16"],
    [() => errors.node("constructor" as never), "errors.node.code must be a code of Node"],
    [() => errors.fetch("UND_ERR_ABORTED" as never), "errors.fetch.code must be"],
  ])("%s", (make, message) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(message);
  });

  test("and what is no code is of the wrong type", () => {
    expect(() => errors.node(undefined as never)).toThrow(TypeError);
    expect(() => errors.pg(Symbol("40001") as never)).toThrow(TypeError);
  });

  test("but every word is taken where the library takes every word", () => {
    expect(errors.pg("P0001")).toMatchObject({ code: "P0001", severity: "ERROR" });
    expect(errors.mongodb(9001)).toMatchObject({ code: 9001, name: "MongoServerError" });
    expect(errors.mssql(50_000)).toMatchObject({ number: 50_000, code: "EREQUEST" });
    expect(errors.aws("SlowDown")).toMatchObject({ name: "SlowDown", $metadata: { httpStatusCode: 503 } });
    expect(errors.redis("BREAKER_OPEN").message).toBe("BREAKER_OPEN replied by a script");
    expect(errors.node("ERR_STREAM_PREMATURE_CLOSE").message).toBe("stream premature close");
  });
});

test("each call makes an error of its own, whose stack begins where it was made", () => {
  const [one, other] = [errors.node("ECONNRESET"), errors.node("ECONNRESET")];
  expect(one).not.toBe(other);
  expect(one).toBeInstanceOf(Error);
  expect(one.stack?.split("\n")[0]).toBe("Error: read ECONNRESET");
  expect(one.stack?.split("\n")[1]).toContain("errors.test.ts");
});

test("what signals abort with is the platform's own", () => {
  expect([errors.timeout().name, errors.abort().name]).toEqual(["TimeoutError", "AbortError"]);
  expect(defaultClassifier(errors.timeout())).toMatchObject({ errorClass: "TRANSIENT", timeout: true });
  expect(errors.abort({ message: "no longer wanted" })).toBeInstanceOf(DOMException);
});
