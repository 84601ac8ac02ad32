/* What the rule of one service says of an error, where nobody else is asked: near misses, which statuses and words would hide. */
import { describeError } from "redress/extras";
import { describe, expect, test } from "vitest";
import { airtable } from "../../src/extras/services/airtable.ts";
import { baileys } from "../../src/extras/services/baileys.ts";
import { discord } from "../../src/extras/services/discord.ts";
import { elevenlabs } from "../../src/extras/services/elevenlabs.ts";
import { firebase } from "../../src/extras/services/firebase.ts";
import { octokit } from "../../src/extras/services/octokit.ts";
import { replicate } from "../../src/extras/services/replicate.ts";
import { salesforce } from "../../src/extras/services/salesforce.ts";
import { sendgrid } from "../../src/extras/services/sendgrid.ts";
import { shopify } from "../../src/extras/services/shopify.ts";
import { slack } from "../../src/extras/services/slack.ts";
import { stripe } from "../../src/extras/services/stripe.ts";
import { supabase } from "../../src/extras/services/supabase.ts";
import { telegram } from "../../src/extras/services/telegram.ts";
import { twilio } from "../../src/extras/services/twilio.ts";
import type { Verdict } from "../../src/extras/shared/index.ts";
import { linkOf, linkTo, verdictOf } from "./ask-alone.ts";

/** The headers of an answer that says when to come back, and what becomes of a limit with them. */
const headers = { "retry-after": "3" };
const LIMITED = { errorClass: "RATE_LIMIT", retryAfterMs: 3_000 };

test("Airtable: a lost connection is called one and has no status, and nothing less", () => {
  const of = (error: unknown, statusCode: unknown): Verdict => verdictOf(airtable, "m", { error, statusCode });
  expect(of("CONNECTION_ERROR", null)).toBe("TRANSIENT");
  expect(of("CONNECTION_ERROR", 500)).toBeUndefined();
  expect(of("CONNECTION_ERROR", undefined)).toBeUndefined();
  expect(of("NOT_FOUND", null)).toBeUndefined();
});

describe("WhatsApp", () => {
  test("only a Boom is read", () => {
    const of = (isBoom: unknown): Verdict => verdictOf(baileys, "Cancelled", { isBoom });
    expect([of(true), of("true"), of(undefined)]).toEqual(["PERMANENT", undefined, undefined]);
  });

  test("a number in `data` is the status of an answer only beside the 500 that stands where no status was given", () => {
    const of = (statusCode: number, data: unknown): Verdict =>
      verdictOf(baileys, "m", { isBoom: true, data, output: { statusCode } });
    expect([of(500, 429), of(500, "429"), of(404, 429)]).toEqual(["RATE_LIMIT", undefined, undefined]);
  });
});

describe("Discord", () => {
  test("an answer says when to come back, where its number is listed", () => {
    const of = (code: number): Verdict => verdictOf(discord, "m", { name: `DiscordAPIError[${code}]`, code, headers });
    expect([of(20016), of(10003)]).toEqual([LIMITED, undefined]);
  });

  test("an error of discord.js without a code says nothing", () => {
    const of = (code?: string): Verdict => verdictOf(discord, "m", { name: "DiscordjsError", code });
    expect([of("InvalidType"), of(""), of()]).toEqual(["PERMANENT", undefined, undefined]);
  });

  test("a wait for a button is over where it says so last", () => {
    const of = (reason: string): Verdict =>
      verdictOf(discord, `Collector received no interactions before ending with reason: ${reason}`, {
        name: "DiscordjsError",
        code: "InteractionCollectorError",
      });
    expect([of("time"), of("idle"), of("timetable"), of("messageDelete")]).toEqual([
      "TIMEOUT",
      "TIMEOUT",
      "PERMANENT",
      "PERMANENT",
    ]);
  });

  test("the instant at which there are sessions again ends the message", () => {
    const of = (end: string): Verdict =>
      verdictOf(discord, `Not enough sessions remaining to spawn 1 shards; only 0 remaining; resets at ${end}`);
    expect(of("2999-01-01T00:00:00.000Z")).toMatchObject({ retryAfterMs: expect.any(Number) });
    expect(of("2999-01-01T00:00:00.000Z or so")).toBe("RATE_LIMIT");
  });

  test("a limit has both its times in numbers, and a delay that is none is left out", () => {
    const of = (retryAfter: unknown, timeToReset: unknown): Verdict =>
      verdictOf(discord, "m", { name: "RateLimitError[/channels/:id]", retryAfter, timeToReset });
    expect(of(450, 500)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 450 });
    expect(of(0, 0)).toEqual({ errorClass: "RATE_LIMIT", retryAfterMs: 0 });
    expect(of(-1, 500)).toBe("RATE_LIMIT");
    expect(of(Number.NaN, 500)).toBe("RATE_LIMIT");
    expect(of("450", 500)).toBeUndefined();
    expect(of(450, "500")).toBeUndefined();
    expect(of(450, undefined)).toBeUndefined();
    expect(of(undefined, undefined)).toBeUndefined();
  });
});

test("ElevenLabs: only errors of its client are read", () => {
  const body = { detail: { status: "quota_exceeded" } };
  const of = (name: string): Verdict => verdictOf(elevenlabs, "m", { name, body });
  expect([of("ElevenLabsError"), of("ElevenLabsTimeoutError"), of("Error")]).toEqual(["PERMANENT", undefined, undefined]);
});

describe("Firebase", () => {
  const coded = (code: string, message = "m"): Verdict => verdictOf(firebase, message, { name: "FirebaseError", code });

  test("an error of admin has its code a second time, in `errorInfo`", () => {
    const of = (name: string, errorInfo?: object): Verdict =>
      verdictOf(firebase, "m", { name, code: "auth/user-signed-out", errorInfo });
    expect(of("Error", { code: "auth/user-signed-out" })).toBe("AUTH");
    expect(of("Error", { code: "auth/no-app" })).toBeUndefined();
    expect(of("Error")).toBeUndefined();
    expect(of("FirebaseError")).toBe("AUTH");
  });

  test("an error without a code says nothing", () => {
    expect(coded("")).toBeUndefined();
    expect(verdictOf(firebase, "Firebase ID token has expired", { name: "FirebaseError" })).toBeUndefined();
  });

  test("words about a refused token count only where the code says that an argument is wrong", () => {
    const words = "Firebase ID token has no kid claim";
    expect(coded("auth/argument-error", words)).toBe("AUTH");
    expect(coded("auth/argument-error", `The ${words}`)).toBe("PERMANENT");
    expect(coded("auth/some-other-error", words)).toBeUndefined();
  });

  test("a function that got no answer is called internal, and no other that has the status 0", () => {
    expect(coded("functions/internal", "internal [0]")).toBe("TRANSIENT");
    expect(coded("functions/cancelled", "cancelled [0]")).toBeUndefined();
    expect(coded("functions/unavailable", "unavailable [0]")).toBeUndefined();
    expect(coded("functions/internal", "internal [500]")).toBeUndefined();
    expect(coded("functions/unavailable", "unavailable [503]")).toBe("SERVER_ERROR");
    expect(coded("functions/unavailable", "unavailable [503] again")).toBeUndefined();
  });

  test("a report quotes a status in JSON or in words, or none", () => {
    expect(coded("auth/unknown", 'm {"error":{"code":503')).toBe("SERVER_ERROR");
    expect(coded("auth/unknown", "m. Status code: 429")).toBe("RATE_LIMIT");
    expect(coded("auth/unknown", "m. Status code: 404")).toBe("PERMANENT");
    expect(coded("auth/unknown")).toBeUndefined();
  });
});

describe("GitHub", () => {
  const answered = (status: number, message: string): Verdict =>
    verdictOf(octokit, message, { name: "HttpError", status, response: { status, headers } });
  const lost = (status: number, message: string): Verdict => verdictOf(octokit, message, { name: "HttpError", status });

  test("a request that got no answer has the status 500 and no response, and quotes what it met", () => {
    expect(lost(500, "connect ECONNREFUSED 127.0.0.1:443")).toBe("TRANSIENT");
    expect(lost(500, "m")).toBeUndefined();
    expect(lost(404, "connect ECONNREFUSED 127.0.0.1:443")).toBeUndefined();
    expect(answered(500, "connect ECONNREFUSED 127.0.0.1:443")).toBeUndefined();
  });

  test("the words of an answer count with its status alone", () => {
    expect(answered(403, "You have exceeded a secondary rate limit.")).toEqual(LIMITED);
    expect(answered(404, "You have exceeded a secondary rate limit.")).toBeUndefined();
    expect(answered(403, "Resource not accessible by integration")).toBeUndefined();
    expect(answered(405, "Base branch was modified.")).toBe("CONCURRENCY");
    expect(answered(409, "Base branch was modified.")).toBeUndefined();
    expect(answered(405, "They say: Base branch was modified.")).toBeUndefined();
    expect(answered(405, "Pull Request is not mergeable")).toBeUndefined();
    expect(answered(409, "Git Repository is empty.")).toBe("PERMANENT");
    expect(answered(404, "Git Repository is empty.")).toBeUndefined();
    expect(answered(409, "Your Git Repository is empty.")).toBeUndefined();
  });

  describe("an answer of GraphQL", () => {
    const first = (error: unknown, name = "GraphqlResponseError"): Verdict =>
      verdictOf(octokit, "m", { name, headers, errors: [error] });

    test("says when to come back, where its type is listed", () => {
      expect(first({ type: "RATE_LIMITED" })).toEqual(LIMITED);
      expect(first({ type: "NOT_FOUND" })).toBeUndefined();
      expect(first({ type: "RATE_LIMITED" }, "GraphQLError")).toBeUndefined();
    });

    test("without a type is told by its message, where that is a text, and by the code in its extensions", () => {
      expect(first({ message: "Something went wrong while executing your query. m" })).toEqual({
        errorClass: "SERVER_ERROR",
        retryAfterMs: 3_000,
      });
      expect(first({ message: 7 })).toBeUndefined();
      expect(first({ message: 7, extensions: { code: "MAX_DEPTH_LIMIT" } })).toBe("PERMANENT");
      expect(first({ message: "m", extensions: { code: "MAX_DEPTH_LIMIT" } })).toBe("PERMANENT");
      expect(first({ message: "m", code: "MAX_DEPTH_LIMIT" })).toBeUndefined();
      expect(first(undefined)).toBeUndefined();
    });
  });

  test("what only wraps its cause is an error with the status 500, without a response, that has one", () => {
    const lostOnTheWay = { name: "HttpError", status: 500, cause: new Error("fetch failed") };
    const onlyWraps = (changed: object): boolean | undefined => octokit.onlyWraps?.(linkOf("m", { ...lostOnTheWay, ...changed }));
    expect(onlyWraps({})).toBe(true);
    expect(onlyWraps({ name: "HttpException" })).toBe(false);
    expect(onlyWraps({ status: 404 })).toBe(false);
    expect(onlyWraps({ response: { status: 500 } })).toBe(false);
    expect(onlyWraps({ cause: undefined })).toBe(false);
  });
});

describe("Replicate", () => {
  test("codes and words count behind the words of a prediction that failed", () => {
    expect(verdictOf(replicate, "E1001 out of memory")).toBeUndefined();
    expect(verdictOf(replicate, "Oh: Prediction failed: E1001")).toBeUndefined();
    expect(verdictOf(replicate, "Prediction failed: m")).toBeUndefined();
  });

  test("a code stands in brackets or not, and two letters need theirs", () => {
    const codes = ["E1001", "m (E1001)", "(E4875)", "m (code: PA)", "code: PA", "E100100", "ME1001"];
    const kinds = ["SERVER_ERROR", "SERVER_ERROR", "PERMANENT", "TRANSIENT", undefined, undefined, undefined];
    expect(codes.map((code) => verdictOf(replicate, `Prediction failed: ${code}`))).toEqual(kinds);
  });
});

describe("Salesforce", () => {
  const answer = (errorCode: unknown, data: unknown = {}): Verdict =>
    verdictOf(salesforce, "m", { name: errorCode, errorCode, data });

  test("a word of an answer is the name and the code of an error that keeps the answer", () => {
    const word = "UNABLE_TO_LOCK_ROW";
    expect(answer(word)).toBe("CONCURRENCY");
    expect(verdictOf(salesforce, "m", { name: word, errorCode: word })).toBeUndefined();
    expect(verdictOf(salesforce, "m", { name: word, errorCode: "OTHER", data: {} })).toBeUndefined();
  });

  test("of several errors the first counts, by its own word and message", () => {
    const several = (first: object): Verdict => answer("MULTIPLE_API_ERRORS", [first]);
    expect(several({ errorCode: "APEX_ERROR", message: "caused by: UNABLE_TO_LOCK_ROW" })).toBe("CONCURRENCY");
    expect(several({ errorCode: "APEX_ERROR", message: "m" })).toBe("PERMANENT");
    expect(several({ errorCode: "MULTIPLE_API_ERRORS" })).toBeUndefined();
    expect(several({ errorCode: ["UNABLE_TO_LOCK_ROW"] })).toBeUndefined();
    expect(several({})).toBeUndefined();
  });

  test("a name that is made of a status has three digits and nothing around it", () => {
    const of = (name: string): Verdict => verdictOf(salesforce, "m", { name });
    expect([of("ERROR_HTTP_503"), of("ERROR_HTTP_5030"), of("MY_ERROR_HTTP_503")]).toEqual([
      "SERVER_ERROR",
      undefined,
      undefined,
    ]);
  });

  test("a word of the server's may stand behind one prefix, and has nothing else around it", () => {
    expect(answer("sf:INVALID_SESSION_ID")).toBe("AUTH");
    expect(answer("INVALID_SESSION_ID")).toBe("AUTH");
    expect(answer("soap:sf:INVALID_SESSION_ID")).toBeUndefined();
    expect(answer("INVALID_SESSION_ID2")).toBeUndefined();
  });
});

describe("SendGrid", () => {
  const response = { headers, body: { errors: [{ message: "m" }] } };
  const answer = (code: unknown, changed: object = {}): Verdict =>
    verdictOf(sendgrid, "m", { code, response: { ...response, ...changed } });

  test("an answer has its status as a number in `code`, headers and errors, and no other status", () => {
    expect(answer(429)).toEqual(LIMITED);
    expect(answer("429")).toBeUndefined();
    expect(answer(429, { headers: undefined })).toBeUndefined();
    expect(answer("429", { headers: undefined })).toBeUndefined();
    expect(answer(429, { body: {} })).toBeUndefined();
    expect(answer(429, { status: 429 })).toBeUndefined();
  });

  test("a code that is no status of a failure says nothing, though it says when to come back", () => {
    expect(answer(200)).toBeUndefined();
  });

  test("a plan is used up with the status 401 alone", () => {
    const usedUp = { headers: {}, body: { errors: [{ message: "Maximum credits exceeded" }] } };
    expect([answer(401, usedUp), answer(403, usedUp)]).toEqual(["PERMANENT", "PERMISSION"]);
  });
});

describe("Shopify", () => {
  const fallback = (error: Error): Verdict => shopify.meaning.fallbacks?.[0]?.(linkTo(error));
  class BillingError extends Error {}

  test("a request without an answer begins with these words, and what follows says why, or nothing", () => {
    const words = "Http request error, no response available: ";
    expect(fallback(new Error(`${words}m`))).toBe("TRANSIENT");
    expect(fallback(new Error(words))).toBe("TRANSIENT");
    expect(fallback(new Error(`${words}503 Service Unavailable`))).toBe("SERVER_ERROR");
    expect(fallback(new Error(`${words}due to timeout`))).toBe("TIMEOUT");
    expect(fallback(new Error(`m: ${words}`))).toBeUndefined();
  });

  test("the name of a class counts where the error has none of its own", () => {
    expect(fallback(new BillingError("m"))).toBe("PERMANENT");
    expect(fallback(Object.assign(new BillingError("m"), { name: "BillingError" }))).toBeUndefined();
  });

  test("is named as the library that knows the error", () => {
    expect(describeError(new BillingError("m")).because).toMatch(/^PERMANENT: "shopify" knows it by /);
  });
});

test("Slack: an answer without a word says nothing, and one whose word is not listed blames the request", () => {
  const of = (data?: object): Verdict => verdictOf(slack, "m", { code: "slack_webapi_platform_error", data });
  expect([of({ error: "channel_not_found" }), of({ error: "" }), of({}), of()]).toEqual([
    "PERMANENT",
    undefined,
    undefined,
    undefined,
  ]);
});

describe("Stripe", () => {
  const answer = (statusCode: unknown, changed: object = {}): Verdict =>
    verdictOf(stripe, "m", { type: "StripeAPIError", statusCode, raw: {}, rawType: "api_error", headers: {}, ...changed });

  test("an answer has a status in a number, what it was made of, and the type that Stripe gave it", () => {
    expect(answer(429)).toBe("RATE_LIMIT");
    expect(answer("429")).toBeUndefined();
    expect(answer(429, { raw: undefined })).toBeUndefined();
    expect(answer(429, { rawType: undefined })).toBeUndefined();
    expect(answer("429", { raw: undefined })).toBeUndefined();
    expect(answer("429", { rawType: undefined })).toBeUndefined();
  });

  test("it says when to come back", () => {
    expect(answer(429, { headers })).toEqual(LIMITED);
    expect(answer(200, { headers })).toBeUndefined();
  });

  test("its word against a retry is added to what is known, be it a class alone or more", () => {
    const retry = (said: string): object => ({ "stripe-should-retry": said });
    expect(answer(500, { headers: retry("false") })).toEqual({ errorClass: "SERVER_ERROR", retry: false });
    expect(answer(500, { headers: retry("true") })).toBe("SERVER_ERROR");
    expect(answer(429, { headers: { ...headers, ...retry("false") } })).toEqual({ ...LIMITED, retry: false });
    expect(answer(504, { headers: retry("false") })).toEqual({ errorClass: "SERVER_ERROR", timeout: true, retry: false });
    expect(answer(200, { headers: retry("false") })).toBeUndefined();
  });
});

describe("Supabase", () => {
  const stored = (status: unknown, statusCode: string, message: string): Verdict =>
    verdictOf(supabase, message, { __isStorageError: true, status, statusCode });
  const coded = (code: string): Verdict => verdictOf(supabase, "m", { code });

  test("a token that the storage does not take comes with 400 and at the beginning of the message", () => {
    expect(stored(400, "500", "jwt expired")).toBe("AUTH");
    expect(stored("400", "500", "Invalid signature")).toBe("AUTH");
    expect(stored(500, "500", "jwt expired")).toBe("SERVER_ERROR");
    expect(stored(400, "404", "The object jwt expired was not found")).toBe("PERMANENT");
  });

  test("what already exists is there for good with 409 alone", () => {
    expect(stored(400, "409", "The resource already exists")).toBe("PERMANENT");
    expect(stored(400, "409", "m")).toBe("CONCURRENCY");
    expect(stored(400, "500", "The resource already exists")).toBe("SERVER_ERROR");
  });

  test("a code of PostgREST's or of a function's is the whole code", () => {
    expect([coded("PGRST116"), coded("PGRST1160"), coded("XPGRST116"), coded("PGRST416")]).toEqual([
      "PERMANENT",
      undefined,
      undefined,
      undefined,
    ]);
    expect([coded("PT402"), coded("PT4020"), coded("XPT402"), coded("PT302")]).toEqual([
      "PERMANENT",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("Telegram", () => {
  const grammy = (error_code: unknown, description?: string, message = "m"): Verdict =>
    verdictOf(telegram, message, { name: "GrammyError", error_code, description });

  test("the number is read where the library whose error it is keeps it, and nowhere else", () => {
    const of = (fields: object): Verdict => verdictOf(telegram, "m", fields);
    expect(of({ name: "GrammyError", error_code: 401 })).toBe("AUTH");
    expect(of({ error_code: 401 })).toBeUndefined();
    expect(of({ on: {}, response: { error_code: 401 } })).toBe("AUTH");
    expect(of({ response: { error_code: 401 } })).toBeUndefined();
    expect(of({ code: "ETELEGRAM", errorCode: 403 })).toBe("PERMISSION");
    expect(of({ code: "EPARSE", errorCode: 403 })).toBeUndefined();
    expect(of({ code: "ETELEGRAM", response: { body: { error_code: 403 } } })).toBe("PERMISSION");
    expect(of({ code: "EPARSE", response: { body: { error_code: 403 } } })).toBeUndefined();
  });

  test("an error without a number says nothing, whatever its words", () => {
    expect(grammy(undefined, "not enough rights")).toBeUndefined();
    expect(grammy("400", "not enough rights")).toBeUndefined();
  });

  test("its words are the description, or the message where there is none", () => {
    expect(grammy(400, "not enough rights")).toBe("PERMISSION");
    expect(grammy(400, undefined, "not enough rights")).toBe("PERMISSION");
    expect(grammy(400, "chat not found", "not enough rights")).toBe("PERMANENT");
  });

  test("a 400 may be a right that is missing, or a limit; another status with the same words is not", () => {
    expect(grammy(404, "not enough rights")).toBe("PERMANENT");
    expect(grammy(400, "FLOOD_WAIT_7")).toBe("RATE_LIMIT");
    expect(grammy(404, "FLOOD_WAIT_7")).toBe("PERMANENT");
    expect(grammy(400, "m")).toBe("PERMANENT");
  });

  test("a webhook that is set stands in the way with 409 alone", () => {
    expect(grammy(409, "m while webhook is active")).toBe("PERMANENT");
    expect(grammy(409, "m")).toBe("CONCURRENCY");
    expect(grammy(500, "m while webhook is active")).toBe("SERVER_ERROR");
  });

  test.each([
    "administrator rights required",
    "administrator right required",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_SEND_MEDIA_FORBIDDEN",
  ])("%s is a right that is missing", (words) => {
    expect(grammy(400, `Bad Request: ${words}`)).toBe("PERMISSION");
  });

  test("a forbidden thing that has no name is no right that is known", () => {
    expect(grammy(400, "Bad Request: CHAT_SEND__FORBIDDEN")).toBe("PERMANENT");
    expect(grammy(400, "Bad Request: CHAT_SEND_7_FORBIDDEN")).toBe("PERMANENT");
  });
});

describe("Twilio", () => {
  const moreInfo = "https://www.twilio.com/docs/errors/30022";
  const of = (code: unknown, fields: object): Verdict => verdictOf(twilio, "m", { code, headers, ...fields });

  test("an error points to Twilio's pages, from their beginning", () => {
    expect(of(30022, { moreInfo })).toEqual(LIMITED);
    expect(of(30022, { type: moreInfo })).toEqual(LIMITED);
    expect(of(30022, {})).toBeUndefined();
    expect(of(30022, { moreInfo: `see ${moreInfo}` })).toBeUndefined();
    expect(of(30022, { type: "about:blank", moreInfo: "https://www.example.com/docs/" })).toBeUndefined();
  });

  test("a number that is not listed is left to the status, and so is one in writing", () => {
    expect([of(21211, { moreInfo }), of("30022", { moreInfo })]).toEqual([undefined, undefined]);
  });
});
