import { defaultClassifier, type ErrorClass, strictClassifier } from "redress";
import { describe, expect, test } from "vitest";
import { TIMEOUT } from "./answers.ts";

const named = (name: unknown, fields: object = {}): object =>
  Object.assign(Object.defineProperty(new Error("failed"), "name", { value: name }), fields);

test.each<[string, ErrorClass]>([
  ["AuthError", "AUTH"],
  ["OAuthError", "AUTH"],
  ["AuthenticationError", "AUTH"],
  ["AuthorizationError", "AUTH"],
  ["NotAuthorisedError", "AUTH"],
  ["UnauthorizedError", "AUTH"],
  ["Unauthorized", "AUTH"],
  ["InvalidCredentialsError", "AUTH"],
  ["CredentialsProviderError", "AUTH"],
  ["ForbiddenError", "PERMISSION"],
  ["HttpForbidden", "PERMISSION"],
  ["PermissionDeniedError", "PERMISSION"],
  ["InsufficientPermissions", "PERMISSION"],
  ["APIConnectionError", "TRANSIENT"],
  ["ConnectionRefused", "TRANSIENT"],
  ["connection_lost", "TRANSIENT"],
])("the default classifier reads %s as %s; the strict one does not guess", (name, errorClass) => {
  expect(defaultClassifier(named(name))).toBe(errorClass);
  expect(strictClassifier(named(name))).toBe("UNKNOWN");
});

test.each(["ConnectTimeoutError", "TimeoutException", "GatewayTimeout"])(
  "the default classifier reads %s as a timeout; the strict one does not guess",
  (name) => {
    expect(defaultClassifier(named(name))).toEqual(TIMEOUT);
    expect(strictClassifier(named(name))).toBe("UNKNOWN");
  },
);

test.each([
  "Error",
  "TypeError",
  "RangeError",
  "SyntaxError",
  "AuthorError",
  "AuthorNotFoundError",
  "ValidationError",
  "NotFoundError",
  "",
])("the name %j says nothing", (name) => {
  expect(defaultClassifier(named(name))).toBe("UNKNOWN");
});

test.each([42, null, {}, ["TimeoutError"], Symbol("TimeoutError")])("a name that is no string says nothing: %s", (name) => {
  expect(defaultClassifier(named(name))).toBe("UNKNOWN");
});

describe.each([
  ["default", defaultClassifier],
  ["strict", strictClassifier],
])("to the %s classifier", (_which, classifier) => {
  test("TimeoutError by name is a timeout, as DOMException and whatever else it says", () => {
    expect(classifier(new DOMException("late", "TimeoutError"))).toEqual(TIMEOUT);
    expect(classifier(named("TimeoutError"))).toEqual(TIMEOUT);
    expect(classifier(named("TimeoutError", { status: 404, code: "ERR_INVALID_URL" }))).toEqual(TIMEOUT);
  });

  test("AbortError by name is PERMANENT: somebody cancelled", () => {
    expect(classifier(new DOMException("gone", "AbortError"))).toBe("PERMANENT");
    expect(classifier(named("AbortError", { code: "ABORT_ERR" }))).toBe("PERMANENT");
    expect(classifier(named("AbortError", { status: 503, code: "ECONNRESET" }))).toBe("PERMANENT");
  });

  test("an AbortError whose cause is a TimeoutError was a timeout", () => {
    expect(classifier(named("AbortError", { cause: new DOMException("late", "TimeoutError") }))).toEqual(TIMEOUT);
    expect(classifier(named("AbortError", { cause: new DOMException("gone", "AbortError") }))).toBe("PERMANENT");
    expect(classifier(named("AbortError", { cause: new Error("mine") }))).toBe("PERMANENT");
  });

  test("a TypeError is not transient for its own sake, only for its cause's", () => {
    expect(classifier(new TypeError("fetch failed"))).toBe("UNKNOWN");
    expect(
      classifier(new TypeError("fetch failed", { cause: Object.assign(new Error("failed"), { code: "ECONNREFUSED" }) })),
    ).toBe("TRANSIENT");
    expect(
      classifier(
        new TypeError("Failed to parse URL", { cause: Object.assign(new Error("failed"), { code: "ERR_INVALID_URL" }) }),
      ),
    ).toBe("PERMANENT");
  });
});
