/* Errors that are no failures of a dependency, or that say something else than they seem to. */
import assert from "node:assert";
import { createDecipheriv, getRandomValues } from "node:crypto";
import type { ErrorClass } from "redress";
import { defaultClassifier } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { FIELDS, MESSAGES, NAMES } from "./sounds-like.ts";

const classOf = (error: unknown): ErrorClass => {
  const answer = universalClassifier(error);
  return typeof answer === "string" ? answer : answer.errorClass;
};

function thrownBy(operation: () => unknown): unknown {
  try {
    operation();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}

/** A bug and a value that is refused stay what they are: to know nothing of them is right, and so is not to try again. */
const NOT_TO_BE_CLAIMED: readonly ErrorClass[] = ["UNKNOWN", "PERMANENT"];

describe.each(Object.entries(MESSAGES))("a message about %s of the application's own", (_what, messages) => {
  test.each(messages)("%s", (message) => {
    expect(classOf(new Error(message))).toBe("UNKNOWN");
  });
});

describe.each(Object.entries(FIELDS))("%s", (_what, errors) => {
  test.each(errors.map((fields) => [JSON.stringify(fields), fields] as const))("%s", (_fields, { message, ...fields }) => {
    expect(classOf(Object.assign(new Error(String(message)), fields))).toBe("UNKNOWN");
  });
});

test.each(NAMES)("the name %s", (name) => {
  expect(classOf(Object.assign(new Error("x"), { name }))).toBe("UNKNOWN");
});

describe("an assertion that failed quotes what it compared", () => {
  test.each<[string, () => unknown]>([
    ["a status", () => expect({ status: 429 }).toHaveProperty("status", 200)],
    ["a word", () => expect("unauthorized").toBe("ok")],
    ["a sentence", () => expect("request timed out").toContain("ok")],
    ["an error", () => expect(() => thrownBy(() => raise("connection refused"))).toThrow("permission denied")],
    ["a code", () => expect({ code: "ECONNRESET", status: 503 }).toEqual({ status: 200 })],
    ["node's, a word", () => assert.strictEqual("rate limit exceeded", "ok")],
    ["node's, an error", () => assert.ifError(new Error("timed out"))],
  ])("%s", (_what, compare) => {
    expect(NOT_TO_BE_CLAIMED).toContain(classOf(thrownBy(compare)));
  });

  test("Jest's, which has no name", () => {
    const matcherResult = { pass: false, message: "x" };
    const error = Object.assign(new Error('expect(received).toBe(expected)\n\nReceived: "connection refused"'), {
      matcherResult,
    });
    expect(classOf(error)).toBe("UNKNOWN");
  });
});

const raise = (message: string): never => {
  throw new Error(message);
};

/* As the packages make them: Zod 4, Valibot 1, Superstruct 2, Yup 1, Joi 18, Ajv 8, class-validator 0.14, express-validator 7. */
describe("a value that was refused", () => {
  const named = (name: string, message: string, fields: object): Error => Object.assign(new Error(message), { name, ...fields });
  const issue = { code: "custom", path: ["limit"], message: "too many requests per second configured" };

  test.each<[string, unknown]>([
    ["Zod", named("ZodError", JSON.stringify([issue], null, 2), { issues: [issue] })],
    [
      "Zod, a union",
      named("ZodError", '[{ "code": "invalid_union", "note": "access denied" }]', { issues: [{ errors: [[issue]] }] }),
    ],
    ["Valibot", named("ValiError", "Unauthorized", { issues: [{ kind: "validation", type: "email", message: "Unauthorized" }] })],
    ["Superstruct", named("StructError", "Expected timeout: connection timeout", { failures: () => [], key: "timeout" })],
    ["Yup", named("ValidationError", "connection timeout is a required field", { errors: ["invalid token"], inner: [] })],
    ["Joi", named("ValidationError", "quota exceeded", { _original: {}, details: [{ type: "number.base", path: ["limit"] }] })],
    ["Ajv", Object.assign(new Error("validation failed"), { errors: [{ keyword: "maximum", message: "must be <= 399" }] })],
    ["class-validator", [{ target: {}, property: "status", constraints: { isIn: "status must be one of open, closed" } }]],
    ["express-validator", Object.assign(new Error("Validation failed"), { errors: [{ type: "field", msg: "Invalid value" }] })],
  ])("by %s", (_library, error) => {
    expect(NOT_TO_BE_CLAIMED).toContain(classOf(error));
  });
});

describe("a bug, or an argument that is wrong", () => {
  test.each<[string, () => unknown]>([
    ["no such property", () => (undefined as unknown as { timeout: number }).timeout],
    ["no such function", () => (({}) as { connect: () => void }).connect()],
    ["too long", () => "x".repeat(-1)],
    ["no JSON, but the words of a proxy", () => JSON.parse("upstream connect error")],
    ["no JSON, but a page", () => JSON.parse("<html>429 Too Many Requests</html>")],
    ["no URL", () => new URL("/orders/429")],
    ["no delay", () => AbortSignal.timeout(-1)],
    [
      "a message that was forged",
      () => createDecipheriv("aes-256-gcm", Buffer.alloc(32), Buffer.alloc(12)).setAuthTag(Buffer.alloc(16)).final(),
    ],
    ["more random bytes than there are at once", () => getRandomValues(new Uint8Array(70_000))],
  ])("%s", (_what, operation) => {
    expect(NOT_TO_BE_CLAIMED).toContain(classOf(thrownBy(operation)));
  });
});

test("what the default classifier, which reads no such words, does not know, either", () => {
  for (const message of Object.values(MESSAGES).flat()) expect(defaultClassifier(new Error(message)), message).toBe("UNKNOWN");
});
