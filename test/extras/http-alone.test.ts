/* What the rules of HTTP, language models and browsers say of an error, where no other rule is asked. */
import { describe, expect, test } from "vitest";
import { browsers } from "../../src/extras/browsers/browsers.ts";
import { kindOfNetError } from "../../src/extras/browsers/net-errors.ts";
import { gemini } from "../../src/extras/http/gemini.ts";
import { http } from "../../src/extras/http/http.ts";
import { langchain } from "../../src/extras/http/langchain.ts";
import { llm } from "../../src/extras/http/llm.ts";
import { network, undici } from "../../src/extras/http/network.ts";
import { replies } from "../../src/extras/http/replies.ts";
import type { Verdict } from "../../src/extras/shared/index.ts";
import { linkOf, verdictOf } from "./ask-alone.ts";

describe("Gemini", () => {
  const of = (words: string, fields: object = {}): Verdict => verdictOf(gemini, `[GoogleGenerativeAI Error]: ${words}`, fields);

  test("a wrong key is one where the answer blames the request, and no other answer that speaks of keys", () => {
    const words = "Error fetching from x: [400 Bad Request] API key not valid.";
    expect(of(words, { status: 400 })).toBe("AUTH");
    expect(of(words, { status: 503 })).toBe("SERVER_ERROR");
    expect(of("Error fetching from x: [400 Bad Request] m", { status: 400 })).toBe("PERMANENT");
    expect(of(words)).toBeUndefined();
  });

  test("what broke in the middle of a stream says so first", () => {
    for (const words of ["Failed to parse stream", "Error reading from the stream", "Error parsing JSON response"]) {
      expect(of(`${words}: m`, { response: {} })).toBe("TRANSIENT");
      expect(of(`m: ${words}`, { response: {} })).toBeUndefined();
    }
  });

  test("what is left is about the prompt: it was blocked, or there was no answer", () => {
    expect(of("Text not available. Response was blocked due to SAFETY", { response: {} })).toBe("PERMANENT");
    expect(of("m")).toBe("PERMANENT");
    expect(of("m", { response: {} })).toBeUndefined();
  });

  test("of what fetch said, the first known code of the system counts", () => {
    const fetching = (words: string): Verdict => of(`Error fetching from x: ${words}`);
    expect(fetching("connect ECONNREFUSED 127.0.0.1:443")).toBe("TRANSIENT");
    expect(fetching("EWHATEVER, then ECONNRESET")).toBe("TRANSIENT");
    expect(fetching("getaddrinfo ENOTFOUND h")).toBe("TRANSIENT");
    expect(fetching("unable to verify EPROTO")).toBe("PERMANENT");
    expect(fetching("EWHATEVER")).toBeUndefined();
  });

  test.each([
    "fetch failed",
    "Failed to fetch",
    "Load failed",
    "NetworkError when attempting to fetch",
    "terminated",
    "Connect Timeout Error",
  ])("%s is what fetch says of the way there, as its last words", (words) => {
    expect(of(`Error fetching from x: ${words}`)).toBe("TRANSIENT");
    expect(of(`Error fetching from x ${words}`)).toBeUndefined();
  });

  test("no more words follow", () => {
    expect(of("Error fetching from x: fetch failed at last")).toBeUndefined();
  });

  test("the delay is that of the first five details which is a RetryInfo", () => {
    const among = (place: number): Verdict => {
      const errorDetails: object[] = Array.from({ length: place }, () => ({ "@type": "other", retryDelay: "9s" }));
      errorDetails.push({ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "2s" });
      return of("m", { status: 429, errorDetails });
    };
    expect(among(0)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 2_000 });
    expect(among(4)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 2_000 });
    expect(among(5)).toBe("RATE_LIMIT");
  });
});

describe("HTTP", () => {
  const delayed = { errorClass: "SERVER_ERROR", retryAfterMs: 3_000 };
  const headers = { "retry-after": "3" };

  test("a code that is a number is a status, but not of an error of another protocol", () => {
    expect(verdictOf(http, "m", { code: 503 })).toBe("SERVER_ERROR");
    expect(verdictOf(http, "m", { code: 503, name: "FTPError" })).toBeUndefined();
    expect(verdictOf(http, "m", { code: 503, name: "FTPError", status: 404 })).toBe("PERMANENT");
  });

  test("the headers stand on the error, raw on its response, or on its cause", () => {
    expect(verdictOf(http, "m", { status: 503, headers })).toEqual(delayed);
    expect(verdictOf(http, "m", { status: 503, response: { rawHeaders: ["Retry-After", "3"] } })).toEqual(delayed);
    expect(verdictOf(http, "m", { status: 503, cause: Object.assign(new Error("m"), { headers }) })).toEqual(delayed);
    expect(verdictOf(http, "m", { status: 503, cause: null })).toBe("SERVER_ERROR");
    expect(verdictOf(http, "m", { status: 503, cause: "down" })).toBe("SERVER_ERROR");
  });

  test("a status in words says so", () => {
    expect(verdictOf(http, "Request failed with status code 503")).toBe("SERVER_ERROR");
    expect(verdictOf(http, "Request failed with code 503")).toBeUndefined();
  });
});

describe("LangChain", () => {
  test("an input that does not fit a tool begins so", () => {
    expect(verdictOf(langchain, "Received tool input did not match expected schema: m")).toBe("PERMANENT");
    expect(verdictOf(langchain, "They say: Received tool input did not match expected schema")).toBeUndefined();
  });

  test("a code counts where there is no status", () => {
    expect(verdictOf(langchain, "m", { lc_error_code: "MODEL_AUTHENTICATION" })).toBe("AUTH");
    expect(verdictOf(langchain, "m", { lc_error_code: "MODEL_AUTHENTICATION", status: 401 })).toBeUndefined();
  });
});

describe("Clients of language models", () => {
  test("a quota that is used up says so in a code, a type or an error code, whatever the status", () => {
    for (const field of ["code", "type", "errorCode"]) {
      expect(verdictOf(llm, "m", { [field]: "insufficient_quota", status: 429 })).toBe("PERMANENT");
      expect(verdictOf(llm, "m", { [field]: "something_else", status: 429 })).toBeUndefined();
    }
  });

  test("the word of the vendor counts without a status, with the delay of the headers", () => {
    expect(verdictOf(llm, "m", { type: "overloaded_error" })).toBe("SERVER_ERROR");
    expect(verdictOf(llm, "m", { code: "rate_limit_exceeded" })).toBe("RATE_LIMIT");
    expect(verdictOf(llm, "m", { type: "overloaded_error", code: "invalid_api_key" })).toBe("SERVER_ERROR");
    expect(verdictOf(llm, "m", { type: "overloaded_error", status: 529 })).toBeUndefined();
    expect(verdictOf(llm, "m", { type: "overloaded_error", headers: { "retry-after": "3" } })).toEqual({
      errorClass: "SERVER_ERROR",
      retryAfterMs: 3_000,
    });
  });

  test("errors of the AI SDK are told by their names", () => {
    const of = (name: string): Verdict => verdictOf(llm, "m", { name });
    expect([of("AI_LoadAPIKeyError"), of("AI_EmptyResponseBodyError"), of("AI_NoSuchModelError")]).toEqual([
      "AUTH",
      "TRANSIENT",
      "PERMANENT",
    ]);
    expect([of("MY_AI_NoSuchModelError"), of("AI_SomethingError"), of("Error")]).toEqual([undefined, undefined, undefined]);
  });
});

describe("The way to a server", () => {
  const wraps = (message: string, name: string): boolean | undefined => network.onlyWraps?.(linkOf(message, { name }));

  test("what fetch says of everything is left to its causes, where it is a TypeError", () => {
    expect(wraps("fetch failed", "TypeError")).toBe(true);
    expect(wraps("x is not a function", "TypeError")).toBe(false);
    expect(wraps("fetch failed", "Error")).toBe(false);
  });

  test("a timeout is one in any case of its letters", () => {
    const last = (message: string): Verdict => network.meaning.lastResort?.(linkOf(message));
    expect([last("it timed out"), last("It Timed Out"), last("it timed outside")]).toEqual(["TIMEOUT", "TIMEOUT", undefined]);
  });

  test("undici's own codes are certain", () => {
    expect(verdictOf(undici, "m", { code: "UND_ERR_CONNECT_TIMEOUT" })).toBe("TIMEOUT");
    expect(verdictOf(undici, "m", { code: "UND_ERR_SOCKET" })).toBe("TRANSIENT");
    expect(verdictOf(undici, "m")).toBeUndefined();
  });

  test("replies of FTP and SMTP are read by the name of the error", () => {
    expect(verdictOf(replies, "m", { name: "FTPError", code: 421 })).toBe("TRANSIENT");
    expect(verdictOf(replies, "m", { name: "FTPError", code: 550 })).toBe("PERMANENT");
    expect(verdictOf(replies, "m", { name: "FTPError" })).toBeUndefined();
    expect(verdictOf(replies, "m", { name: "Error", code: 550 })).toBeUndefined();
  });
});

describe("Browsers", () => {
  const last = (message: string): Verdict => browsers.meaning.fallbacks?.[0]?.(linkOf(message));

  test("a script that is wrong begins the line", () => {
    expect(last("page.evaluate: TypeError: x is not a function")).toBe("PERMANENT");
    expect(last("Evaluation failed: ReferenceError: x")).toBe("PERMANENT");
    expect(last("They say page.evaluate: TypeError: x")).toBeUndefined();
    expect(last("page.evaluate: MyError: x")).toBeUndefined();
  });

  test("certificates and handshakes are told by the families of their codes", () => {
    expect(kindOfNetError("net::ERR_CERT_DATE_INVALID at https://h/")).toBe("PERMANENT");
    expect(kindOfNetError("net::ERR_SSL_PROTOCOL_ERROR")).toBe("PERMANENT");
    expect(kindOfNetError("SEC_ERROR_UNKNOWN_ISSUER")).toBe("PERMANENT");
    expect(kindOfNetError("SSL_ERROR_BAD_CERT_DOMAIN")).toBe("PERMANENT");
    expect(kindOfNetError("MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT")).toBe("PERMANENT");
    expect(kindOfNetError("SEC_ERROR_")).toBeUndefined();
    expect(kindOfNetError("NS_ERROR_NET_RESET")).toBe("TRANSIENT");
    expect(kindOfNetError("net::ERR_FAILED")).toBeUndefined();
    expect(kindOfNetError("m")).toBeUndefined();
  });
});
