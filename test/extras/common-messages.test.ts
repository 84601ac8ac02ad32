/* What a message quotes: a code of the system or of gRPC, a status of HTTP beside a word that says so, and the plainest words. */
import { describe, expect, test } from "vitest";
import type { Kind } from "../../src/core/failure/kind.ts";
import { BUGS, messageRule, passingIn } from "../../src/extras/common/message.ts";
import { kindOfPhrases } from "../../src/extras/common/phrases.ts";
import { linkOf, linkTo } from "./ask-alone.ts";

const kindOf = (message: string, fields: object = {}): Kind | undefined => messageRule(linkOf(message, fields));

describe("an error is not asked for its words", () => {
  test("where it has none", () => {
    expect(kindOf("")).toBeUndefined();
    expect(messageRule(linkTo({}))).toBeUndefined();
  });

  test.each(BUGS)("where it is a bug: %s", (name) => {
    expect(kindOf("socket hang up", { name })).toBeUndefined();
    expect(kindOf("socket hang up", { name: `My${name}` })).toBe("TRANSIENT");
  });

  test("where it compares values", () => {
    expect(kindOf("socket hang up", { name: "AssertionError" })).toBeUndefined();
    expect(kindOf("socket hang up", { issues: [] })).toBeUndefined();
  });

  test.each([
    "must be an integer",
    "must be a number",
    "should be one of a, b",
    "must be in the list",
    "must be at least",
    "must be between 1 and 5",
    "must be of the type",
    "must be greater than",
    "must be less than",
    "must be more than",
    "must be positive",
    "must be negative",
    "must be defined",
    "must be unique",
    "should not be empty",
    "must not be a number",
    "must contain",
    "must not contain",
    "must match",
    "must equal",
    "must differ",
    "is not one of",
    "MUST BE A NUMBER",
  ])("where a value does not meet a demand: %s", (demand) => {
    expect(kindOf(`it ${demand}: ECONNRESET`)).toBeUndefined();
  });

  test.each([
    "must be open",
    "must not be closed",
    "must be anything",
    "trust be a",
    "can be a number",
    "is one of",
    "must have",
    "thisis not one of",
  ])("but where this is no demand: %s", (words) => {
    expect(kindOf(`it ${words}: ECONNRESET`)).toBe("TRANSIENT");
  });
});

describe("a code of the system", () => {
  test.each<[string, Kind | undefined]>([
    ["connect ECONNREFUSED 127.0.0.1:1", "TRANSIENT"],
    ["connect ETIMEDOUT", "TIMEOUT"],
    ["write EPIPE", "TRANSIENT"],
    ["getaddrinfo EAI_AGAIN example.com", "TRANSIENT"],
    ["EPROTO", "PERMANENT"],
    ["EXPLAIN failed: ECONNRESET", "TRANSIENT"],
    ["EXPLAIN failed", undefined],
    ["MYECONNRESET", undefined],
    ["ECONNRESETS", undefined],
    ["ECONNRESET_TWICE", undefined],
    ["econnreset", undefined],
    ["EAI_AGAINST", undefined],
  ])("is heard where it stands alone: %s", (message, kind) => {
    expect(kindOf(message)).toBe(kind);
  });

  test("counts before a status, and that before phrases", () => {
    expect(kindOf("rate limit exceeded, HTTP 401, ECONNRESET")).toBe("TRANSIENT");
    expect(kindOf("rate limit exceeded, HTTP 401")).toBe("AUTH");
    expect(kindOf("rate limit exceeded")).toBe("RATE_LIMIT");
  });

  test("in somebody else's sentence is not heard", () => {
    expect(kindOf('they said "it was an ECONNRESET again"')).toBeUndefined();
    expect(kindOf('they said "ECONNRESET"')).toBe("TRANSIENT");
  });
});

test.each<[string, Kind | undefined]>([
  ["14 UNAVAILABLE: no leader here", "TRANSIENT"],
  ["8 RESOURCE_EXHAUSTED: more", "RATE_LIMIT"],
  ["4 DEADLINE_EXCEEDED: late", "TIMEOUT"],
  ["13 INTERNAL: frame too large", "PERMANENT"],
  ["14 INTERNAL: m", undefined],
  ["17 UNKNOWN_CODE: m", undefined],
  ["014 UNAVAILABLE: m", undefined],
  ["14 unavailable: m", undefined],
  ["14 UNAVAILABLE m", undefined],
  ["14 UNAVAILABLE", undefined],
  ["said 14 UNAVAILABLE: m", undefined],
  ["2 UNKNOWN: m", undefined],
])("a code of gRPC stands before its name, at the beginning: %s", (message, kind) => {
  expect(kindOf(message)).toBe(kind);
});

describe("a status of HTTP", () => {
  test.each<[string, Kind | undefined]>([
    // At the beginning.
    ["400", "PERMANENT"],
    ["429", "RATE_LIMIT"],
    ["[503]", "SERVER_ERROR"],
    ["[503] Service", "SERVER_ERROR"],
    ["429 Slow", "RATE_LIMIT"],
    ["404: no such order", "PERMANENT"],
    ['429 "rate"', "RATE_LIMIT"],
    ["429, {}", "RATE_LIMIT"],
    ["429 rows", undefined],
    ["4290", undefined],
    ["450", undefined],
    ["451", "PERMANENT"],
    ["499", "TRANSIENT"],
    ["540", undefined],
    // Beside a word that says so.
    ["it was HTTP 503", "SERVER_ERROR"],
    ["it was http/1.1 503", "SERVER_ERROR"],
    ["HTTPS status: 503", "SERVER_ERROR"],
    ["it has HTTP 503 rows", undefined],
    ["no fixture for HTTP 503", undefined],
    ["status: 503", "SERVER_ERROR"],
    ["Status Code 503", "SERVER_ERROR"],
    ["response code: 429", "RATE_LIMIT"],
    ["expected status 404", undefined],
    ["status 404 is not a valid value", undefined],
    ["status 404 when it was asked", "PERMANENT"],
    ["status 404.5", undefined],
    ["server responded with 500", "SERVER_ERROR"],
    ["returned a 503", "SERVER_ERROR"],
    ["returned 500 rows", undefined],
    ["failed with (429)", "RATE_LIMIT"],
    ["Zendesk Error (401)", "AUTH"],
    ["it was a 429 status code", "RATE_LIMIT"],
    ["a 429 status", undefined],
    ["Unexpected server response: 503", "SERVER_ERROR"],
  ])("%s", (message, kind) => {
    expect(kindOf(message)).toBe(kind);
  });

  test.each<[number, string, Kind]>([
    [400, "Bad Request", "PERMANENT"],
    [401, "Unauthorized", "AUTH"],
    [402, "Payment Required", "PERMANENT"],
    [403, "Forbidden", "PERMISSION"],
    [404, "Not Found", "PERMANENT"],
    [405, "Method Not Allowed", "PERMANENT"],
    [408, "Request Timeout", "TIMEOUT"],
    [409, "Conflict", "CONCURRENCY"],
    [410, "Gone", "PERMANENT"],
    [412, "Precondition Failed", "CONCURRENCY"],
    [413, "Payload Too Large", "PERMANENT"],
    [422, "Unprocessable Entity", "PERMANENT"],
    [423, "Locked", "CONCURRENCY"],
    [429, "Too Many Requests", "RATE_LIMIT"],
    [500, "Internal Server Error", "SERVER_ERROR"],
    [501, "Not Implemented", "PERMANENT"],
    [502, "Bad Gateway", "SERVER_ERROR"],
    [503, "Service Unavailable", "SERVER_ERROR"],
    [504, "Gateway Timeout", "GATEWAY_TIMEOUT"],
  ])("%i is heard before its own words, %s, and before no others", (status, reason, kind) => {
    // A word behind it, for phrases are heard at the end of a clause.
    expect(kindOf(`it said ${status} ${reason} of it`)).toBe(kind);
    expect(kindOf(`it said ${status} ${reason.toLowerCase()} of it`)).toBe(kind);
    expect(kindOf(`it sold ${status} books of it`)).toBeUndefined();
  });

  test.each<[string, Kind | undefined]>([
    ["it said 409 conflict", "CONCURRENCY"],
    ["it said (409) conflict", "CONCURRENCY"],
    ["it said 409: conflict", "CONCURRENCY"],
    ["it said 409 - conflict", "CONCURRENCY"],
    ["it said 409-conflict", "CONCURRENCY"],
    ['it said 409 "conflict"', "CONCURRENCY"],
    ["it said 409  -  conflict", undefined],
    ["it said 409/conflict", undefined],
    ["it said 409conflict", undefined],
    ["it said 1409 conflict", undefined],
    ["it said 4090 conflict", undefined],
    ["it said 413 payload-too-large", undefined],
    ["it said 413 payload too large", "PERMANENT"],
    ["it said 413 payload too much", undefined],
    ["it said 409 rows, then 410 gone", "PERMANENT"],
    ["it said 418 undefined", undefined],
    ["it said 309 conflict", undefined],
  ])("has its own words behind it: %s", (message, kind) => {
    expect(kindOf(message)).toBe(kind);
  });
});

describe("what passes by itself", () => {
  test.each<[string, Kind | undefined]>([
    ["ECONNRESET", "TRANSIENT"],
    ["ETIMEDOUT", "TIMEOUT"],
    ["HTTP 503", "SERVER_ERROR"],
    ["HTTP 504", "GATEWAY_TIMEOUT"],
    ["HTTP 429", "RATE_LIMIT"],
    ["HTTP 401", undefined],
    ["HTTP 403", undefined],
    ["HTTP 404", undefined],
    ["HTTP 409", undefined],
    ["it failed", undefined],
    ["socket hang up", "TRANSIENT"],
  ])("%s", (message, kind) => {
    expect(passingIn(message)).toBe(kind);
  });
});

describe("a phrase", () => {
  test.each<[string, Kind | undefined]>([
    ["socket hang up", "TRANSIENT"],
    ["Socket Hang Up", "TRANSIENT"],
    ["it was a socket hang up", "TRANSIENT"],
    ["socket hang up, try it again", "TRANSIENT"],
    ["socket hang up while reading", "TRANSIENT"],
    ["socket hang up error", "TRANSIENT"],
    ["socket hang up handler", undefined],
    ["socket hang ups", undefined],
    ["websocket hang up", undefined],
    ["socket  hang\tup", "TRANSIENT"],
    ["a socket\nhang up", undefined],
  ])("is heard where it ends a clause: %j", (message, kind) => {
    expect(kindOfPhrases(message)).toBe(kind);
  });

  test.each<[string, Kind | undefined]>([
    ["it timed out\nhandler", "TIMEOUT"],
    ["it timed out handler", undefined],
    ["it timed out  \n  handler", "TIMEOUT"],
    ["it timed out\r\nhandler", "TIMEOUT"],
    ["it failed\nsocket hang up", "TRANSIENT"],
    ["it failed\n\n  socket hang up\n", "TRANSIENT"],
  ])("ends with its line: %j", (message, kind) => {
    expect(kindOfPhrases(message)).toBe(kind);
  });

  test("that must begin a message may have spaces before it, and nothing else", () => {
    expect(kindOfPhrases("disconnected")).toBe("TRANSIENT");
    expect(kindOfPhrases(" \n disconnected ")).toBe("TRANSIENT");
    expect(kindOfPhrases("he was disconnected")).toBeUndefined();
    expect(kindOfPhrases("failed\ndisconnected")).toBeUndefined();
  });

  test("counts by the order of the kinds, wherever it stands", () => {
    expect(kindOfPhrases("access denied, it timed out, rate limit exceeded")).toBe("RATE_LIMIT");
    expect(kindOfPhrases("access denied, gateway timeout")).toBe("GATEWAY_TIMEOUT");
    expect(kindOfPhrases("access denied, invalid password")).toBe("AUTH");
    expect(kindOfPhrases("access denied")).toBe("PERMISSION");
    expect(kindOfPhrases("it failed")).toBeUndefined();
  });

  test.each<[string, Kind | undefined]>([
    ["the database is unreachable", "TRANSIENT"],
    ["the code is unreachable", undefined],
    ["query timeout", "TIMEOUT"],
    ["kitchen timeout", undefined],
    ["not allowed to write files", "PERMISSION"],
    ["not allowed to smoke here", undefined],
    ["failed to authenticate", "AUTH"],
    ["forgot to authenticate", undefined],
    ["connection was unexpectedly closed", "TRANSIENT"],
    ["connection was happily closed", undefined],
  ])("needs what it is said of: %s", (message, kind) => {
    expect(kindOfPhrases(message)).toBe(kind);
  });
});
