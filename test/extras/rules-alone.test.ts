/* What the rule of one library says of an error, where nobody else is asked: near misses, which the words of messages would hide. */
import { describe, expect, test } from "vitest";
import { aws } from "../../src/extras/clouds/aws.ts";
import { bigquery, FIRST } from "../../src/extras/clouds/bigquery.ts";
import { google } from "../../src/extras/clouds/google.ts";
import { elasticsearch } from "../../src/extras/search/elasticsearch.ts";
import { meilisearch } from "../../src/extras/search/meilisearch.ts";
import { milvus } from "../../src/extras/search/milvus.ts";
import { pinecone } from "../../src/extras/search/pinecone.ts";
import { qdrant } from "../../src/extras/search/qdrant.ts";
import { weaviate } from "../../src/extras/search/weaviate.ts";
import type { Verdict } from "../../src/extras/shared/index.ts";
import { verdictOf } from "./ask-alone.ts";

test("AWS: the reasons of the hundred items that a transaction may have are read", () => {
  const of = (before: number): Verdict =>
    verdictOf(aws, "m", {
      name: "TransactionCanceledException",
      $metadata: {},
      CancellationReasons: [...Array.from({ length: before }, () => ({ Code: "None" })), { Code: "ThrottlingError" }],
    });
  expect([of(0), of(99), of(100)]).toEqual(["RATE_LIMIT", "RATE_LIMIT", undefined]);
});

test("Google: gRPC's codes end with 16", () => {
  const of = (code: number): Verdict => verdictOf(google, "m", { code, details: [{ reason: "rateLimitExceeded" }] });
  expect([of(16), of(17)]).toEqual(["RATE_LIMIT", undefined]);
});

describe("BigQuery", () => {
  const rows = (...reasons: readonly (string | undefined)[]): object => ({
    name: "PartialFailureError",
    errors: [{ errors: reasons.map((reason) => ({ reason })) }],
  });

  test("reasons that nobody knows are passed over, and so are errors without one", () => {
    expect(verdictOf(bigquery, "m", rows("whoKnows", "rateLimitExceeded"))).toBe("RATE_LIMIT");
    expect(verdictOf(bigquery, "m", rows(undefined, "rateLimitExceeded"))).toBe("RATE_LIMIT");
    expect(verdictOf(bigquery, "m", rows("whoKnows"))).toBeUndefined();
    expect(verdictOf(bigquery, "m", { name: "PartialFailureError", errors: [null, "stopped"] })).toBeUndefined();
  });

  test("the reason of an error stands before those of a row, and only the first few are read", () => {
    const errors = [{ reason: "stopped", errors: [{ reason: "backendError" }] }];
    expect(verdictOf(bigquery, "m", { name: "PartialFailureError", errors })).toBe("PERMANENT");
    const unread = Array.from({ length: FIRST.length + 1 }, (_, place) => (place < FIRST.length ? "whoKnows" : "backendError"));
    expect(verdictOf(bigquery, "m", rows(...unread))).toBeUndefined();
    expect(verdictOf(bigquery, "m", rows(...unread.slice(1)))).toBe("SERVER_ERROR");
  });

  test("the words of a conflict count beside an invalid query", () => {
    const words = "could not serialize access";
    expect(verdictOf(bigquery, words, rows("invalidQuery"))).toBe("CONCURRENCY");
    expect(verdictOf(bigquery, words, rows("backendError"))).toBe("SERVER_ERROR");
    expect(verdictOf(bigquery, "m", rows("invalidQuery"))).toBe("PERMANENT");
  });

  test("a delay stands in the headers of the answer", () => {
    const response = { headers: { "retry-after": "3" } };
    expect(verdictOf(bigquery, "m", { ...rows("rateLimitExceeded"), response })).toEqual({
      errorClass: "RATE_LIMIT",
      retryAfterMs: 3_000,
    });
  });
});

describe("Elasticsearch", () => {
  const client = { meta: { name: "elasticsearch-js" } };

  test("what could not be written is PERMANENT where it is there, and somebody else's error where it is not", () => {
    expect(verdictOf(elasticsearch, "m", { name: "SerializationError", data: {} })).toBe("PERMANENT");
    expect(verdictOf(elasticsearch, "m", { name: "SerializationError" })).toBeUndefined();
    expect(verdictOf(elasticsearch, "m", { name: "ConfigurationError", data: {} })).toBeUndefined();
  });

  test("a delay stands in the headers of the answer, and a type that is no text is none", () => {
    const of = (type: unknown, headers: object = {}): Verdict =>
      verdictOf(elasticsearch, "m", { name: "ResponseError", meta: { ...client, headers, body: { error: { type } } } });
    expect(of("rejected_execution_exception", { "retry-after": "3" })).toMatchObject({ retryAfterMs: 3_000 });
    expect(of({ toString: () => "rejected_execution_exception" })).toBeUndefined();
  });
});

test("Meilisearch: an answer with a code that is not listed is left to its status", () => {
  const response = { headers: { "retry-after": "3" } };
  const of = (code: string): Verdict => verdictOf(meilisearch, "m", { name: "MeilisearchApiError", cause: { code }, response });
  expect([of("index_not_found"), of("invalid_api_key")]).toEqual([undefined, { errorClass: "AUTH", retryAfterMs: 3_000 }]);
});

describe("Milvus", () => {
  const answer = (status: unknown): Verdict => verdictOf(milvus, "m", { status });

  test("a word of an answer that is not listed is PERMANENT, and one that says nothing is left to the reason", () => {
    const said = ["IllegalDimension", "DDRequestRace", "UnexpectedError"].map((word) =>
      verdictOf(milvus, `ErrorCode: ${word}. Reason: r`),
    );
    expect(said).toEqual(["PERMANENT", "CONCURRENCY", undefined]);
    expect(verdictOf(milvus, "they said ErrorCode: RateLimit. Reason: r")).toBeUndefined();
  });

  test("a status is an answer with a word, a number and a reason, and nothing less", () => {
    const status = { error_code: "DDRequestRace", code: 0, reason: "r" };
    expect(answer(status)).toBe("CONCURRENCY");
    expect(answer({ ...status, error_code: undefined })).toBeUndefined();
    expect(answer({ ...status, error_code: "" })).toBeUndefined();
    expect(answer({ ...status, code: "0" })).toBeUndefined();
    expect(answer({ ...status, reason: 1 })).toBeUndefined();
    expect(answer({ ...status, error_code: "", reason: 1 })).toBeUndefined();
  });

  test("the word of a status counts where the number says nothing, and nothing at all is left to the reason", () => {
    const status = { error_code: "DDRequestRace", code: 54_321, reason: "r" };
    expect(answer(status)).toBe("PERMANENT");
    expect(answer({ ...status, retriable: true })).toBe("TRANSIENT");
    expect(answer({ ...status, error_code: "UnexpectedError", code: 0 })).toBeUndefined();
  });

  test("what the client says of arguments has no code", () => {
    expect(verdictOf(milvus, "The `vector` or `vectors` is missing")).toBe("PERMANENT");
    expect(verdictOf(milvus, "The `vector` or `vectors` is missing", { code: "ODD" })).toBeUndefined();
  });
});

describe("Pinecone", () => {
  test("an error that the client does not map says its status in words", () => {
    const of = (message: string): Verdict => verdictOf(pinecone, message, { name: "PineconeUnmappedHttpError" });
    expect(of("somebody says something")).toBeUndefined();
    expect([of("m Status: 429."), of("m Status: 404."), of("m Status: none.")]).toEqual(["RATE_LIMIT", "PERMANENT", undefined]);
  });

  test("a forbidden thing is a right that is missing, where the client calls it a bad request", () => {
    const of = (name: string, message: string): Verdict => verdictOf(pinecone, message, { name });
    expect(of("PineconeBadRequestError", '{"status":403}')).toBe("PERMISSION");
    expect(of("PineconeNotFoundError", '{"status":403}')).toBe("PERMANENT");
    expect(of("PineconeBadRequestError", '{"status":403} reached the max')).toBe("PERMANENT");
  });
});

test("Qdrant: a wrong configuration is PERMANENT, and other errors are told by their statuses", () => {
  const of = (name: string): Verdict => verdictOf(qdrant, "m", { name });
  expect([of("QdrantClientConfigError"), of("QdrantClientTimeoutError")]).toEqual(["PERMANENT", undefined]);
});

test("Weaviate: an error that has a meaning of its own is not read, and one that quotes nothing says nothing", () => {
  const rpc = "/weaviate.v1.Weaviate/Search UNAVAILABLE: no route";
  expect(verdictOf(weaviate, rpc, { name: "WeaviateQueryError" })).toBe("TRANSIENT");
  const unknown = "m /weaviate.v1.Weaviate/Search UNKNOWN:could not find class";
  expect(verdictOf(weaviate, unknown, { name: "WeaviateQueryError" })).toBe("PERMANENT");
  expect(verdictOf(weaviate, rpc, { name: "WeaviateUnsupportedFeatureError" })).toBe("PERMANENT");
  expect(verdictOf(weaviate, "m", { name: "WeaviateQueryError" })).toBeUndefined();
  expect(verdictOf(weaviate, rpc, { name: "Error" })).toBeUndefined();
});
