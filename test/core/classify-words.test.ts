/* The words in which fetch fails, and that no name on a wrapper outweighs a fact. */
import { defaultClassifier, type ErrorClass, strictClassifier } from "redress";
import { describe, expect, test } from "vitest";
import { TIMEOUT } from "./answers.ts";

const named = (name: string, fields: object = {}, message = "failed", cause?: unknown): Error =>
  Object.assign(Object.defineProperty(new Error(message, { cause }), "name", { value: name }), fields);

describe.each([
  ["default", defaultClassifier],
  ["strict", strictClassifier],
])("to the %s classifier", (_which, classifier) => {
  test.each([
    ["Chrome", "Failed to fetch"],
    ["axios in a browser", "Network Error"],
    ["a newer Chrome", "Failed to fetch (api.example.com)"],
    ["Firefox", "NetworkError when attempting to fetch resource."],
    ["Safari", "Load failed"],
    ["Safari, offline", "The Internet connection appears to be offline."],
    ["Safari, cut", "The network connection was lost."],
    ["React Native", "Network request failed"],
    [
      "Deno, refused",
      "error sending request for url (http://a/): client error (Connect): tcp connect error: Connection refused (os error 111)",
    ],
    [
      "Deno, no such name",
      "error sending request for url (http://nope.invalid/): client error (Connect): dns error: failed to lookup address",
    ],
    ["Deno, with the code before", "EAI: dns error: failed to lookup address"],
    ["an older Deno", "error trying to connect: tcp connect error: Connection refused (os error 111)"],
    ["Deno's sockets", "Connection refused (os error 111)"],
    ["Bun", "Unable to connect. Is the computer able to access the url?"],
    ["Bun, cut", "The socket connection was closed unexpectedly. For more information, pass `verbose: true`"],
    ["workerd", "Network connection lost."],
  ])("%s's words are TRANSIENT", (_platform, message) => {
    expect(classifier(new TypeError(message))).toBe("TRANSIENT");
    expect(classifier(new Error("could not load", { cause: new Error(message) }))).toBe("TRANSIENT");
    expect(classifier(new TypeError("fetch failed", { cause: new Error(message) }))).toBe("TRANSIENT");
  });

  test("words of a timeout are one", () => {
    expect(classifier(new TypeError("The request timed out."))).toEqual(TIMEOUT);
    expect(classifier(new TypeError("error sending request for url (http://a/): operation timed out"))).toEqual(TIMEOUT);
  });

  test("what a cause says of a timeout, or of a request that was wrong, counts", () => {
    const caused = (message: string): Error => new TypeError("Failed to fetch", { cause: new Error(message) });
    expect(classifier(caused("operation timed out"))).toEqual(TIMEOUT);
    expect(classifier(caused("unknown scheme"))).toBe("PERMANENT");
  });

  test("words of a request that was wrong are PERMANENT", () => {
    expect(classifier(new TypeError("error sending request for url (https://a/): invalid peer certificate: Expired"))).toBe(
      "PERMANENT",
    );
  });

  test.each([
    "Failed to fetch the settings of user 7",
    "Sorry: Failed to fetch",
    "the log says: dns error: none",
    "7: dns error: none",
    "Load failed: plugin not found",
    "Network connection lost. Asked the user to log in",
    "the dns error page",
    "connection refused by policy",
    "fetch failed",
  ])("words of anything else say nothing: %s", (message) => {
    expect(classifier(new Error(message))).toBe("UNKNOWN");
  });

  test("a code outweighs the words", () => {
    expect(classifier(Object.assign(new TypeError("Failed to fetch"), { code: "CERT_HAS_EXPIRED" }))).toBe("PERMANENT");
    expect(classifier(new TypeError("Failed to fetch", { cause: { status: 404 } }))).toBe("PERMANENT");
  });
});

describe("a name that speaks of logins outweighs no fact, wherever on the chain it stands", () => {
  test.each<[string, unknown, ErrorClass]>([
    ["Supabase, no answer", named("AuthRetryableFetchError", { status: 0 }, "fetch failed"), "TRANSIENT"],
    ["Supabase, no answer, in a browser", named("AuthRetryableFetchError", { status: 0 }, "Failed to fetch"), "TRANSIENT"],
    ["Supabase, a gateway's answer", named("AuthRetryableFetchError", { status: 503 }), "SERVER_ERROR"],
    ["Supabase, a wrong password", named("AuthApiError", { status: 400, code: "invalid_credentials" }), "PERMANENT"],
    ["MSAL, no network", named("ClientAuthError", { errorCode: "network_error" }), "TRANSIENT"],
    ["MSAL, no network in a browser", named("BrowserAuthError", { errorCode: "no_network_connectivity" }), "TRANSIENT"],
    ...["get_request_failed", "post_request_failed", "endpoints_resolution_error", "openid_config_error"].map(
      (errorCode) => [`MSAL, ${errorCode}`, named("ClientAuthError", { errorCode }), "TRANSIENT"] as [string, Error, ErrorClass],
    ),
    ["MSAL, no account", named("ClientAuthError", { errorCode: "no_account_found" }), "AUTH"],
    [
      "a cause with a code",
      named("CredentialsProviderError", {}, "no", Object.assign(new Error("x"), { code: "ECONNRESET" })),
      "TRANSIENT",
    ],
    ["a cause with a status", named("TokenAuthError", {}, "no", { status: 503 }), "SERVER_ERROR"],
    [
      "a cause far below",
      named("AuthError", {}, "no", new Error("x", { cause: new Error("y", { cause: { code: "EAI_AGAIN" } }) })),
      "TRANSIENT",
    ],
    ["a cause with the words of fetch", named("AuthError", {}, "no", new TypeError("Failed to fetch")), "TRANSIENT"],
    ["nothing but the name", named("AuthError", {}, "no", new Error("x")), "AUTH"],
    ["nothing but the name of a cause", new Error("no", { cause: named("AuthError") }), "AUTH"],
  ])("%s", (_whose, error, errorClass) => {
    expect(defaultClassifier(error)).toBe(errorClass);
  });
});

test("of a long message, the words at its beginning and at its end are read, and those between are not", () => {
  const filler = "x ".repeat(2_000);
  const classOf = (message: string) => defaultClassifier(new TypeError(message));
  expect(classOf(`error sending request for url (${filler})`)).toBe("TRANSIENT");
  expect(classOf(`error sending request for url (${filler}): invalid peer certificate`)).toBe("PERMANENT");
  expect(classOf(`error sending request for url (${filler} peer certificate ${filler})`)).toBe("TRANSIENT");
});
