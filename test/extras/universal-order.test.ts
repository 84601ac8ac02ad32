/* The order in which universalClassifier asks what it knows: which library decides, about which error of the chain. */
import { type Classification, type ErrorClass, RateLimitError } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { LIBRARIES } from "../../src/extras/libraries.ts";
import { classifyAny } from "../../src/extras/universal.ts";

test("the libraries stand in this order", () => {
  const names = LIBRARIES.map(({ name }) => name);
  const ofServices =
    "zookeeper nats etcd ldap elasticsearch algolia meilisearch firebase supabase slack stripe twilio sendgrid octokit";
  const ofMessages = "telegram discord baileys salesforce shopify airtable contentful consul vault";
  const ofIdentity = "jose jsonwebtoken express-oauth2-jwt-bearer msal openid-client temporal graphql trpc";
  const ofChains = "solana ethers viem web3 ethereum json-rpc aws azure grpc connect bigquery google";
  const ofData =
    "clickhouse cassandra neo4j oracle snowflake milvus pinecone weaviate qdrant mssql mysql planetscale libsql sqlite neon";
  const ofSql = "pglite pg-boss sqlstate odbc drizzle vercel redis qstash memcached amqp pulsar bullmq smtp ftp ssh mqtt replies";
  const ofRuntimes =
    "bun cloudflare deno browsers gemini elevenlabs replicate langchain llm http undici network mongo kafka common";
  const all = [ofServices, ofMessages, ofIdentity, ofChains, ofData, ofSql, ofRuntimes].flatMap((some) => some.split(" "));
  expect(names).toEqual([...all, "an error's own word"]);
});

type Answer = ErrorClass | Classification;

/** What is said of an error, and who decided about which error, as often as it was told. */
function decided(error: unknown): { readonly answer: Answer; readonly heard: readonly (readonly [string, object])[] } {
  const heard: (readonly [string, object])[] = [];
  const answer = classifyAny(error, (library, about) => heard.push([library, about]));
  expect(universalClassifier(error)).toEqual(answer);
  return { answer, heard };
}

const RESET = { code: "ECONNRESET" };
const FAILED = Object.assign(new Error("m"), RESET);
const LIMITED = { errorClass: "RATE_LIMIT", retryAfterMs: 30_000 } as const;

describe("who decides", () => {
  test.each<[string, object, Answer, string]>([
    ["the library that recognises the error", RESET, "TRANSIENT", "network"],
    ["for what the clients of HTTP share, the first that has the rule", { code: "HPE_ODD" }, "PERMANENT", "http"],
    ["the connection, for what no library recognises", { code: "ERR_CANCELED" }, "PERMANENT", "connection"],
    ["the same for a certificate", { code: "CERT_ODD" }, "PERMANENT", "connection"],
    [
      "the error itself, before its words",
      { message: "rate limit exceeded", retryable: false },
      "PERMANENT",
      "an error's own word",
    ],
    ["the words, where nothing else does", { message: "rate limit exceeded" }, "RATE_LIMIT", "common"],
  ])("%s", (_who, error, answer, library) => {
    expect(decided(error)).toEqual({ answer, heard: [[library, error]] });
  });

  test.each<[string, object, string]>([
    ["what a client says before any connection", { code: "ERR_CANCELED", cause: { message: "Connection is closed." } }, "redis"],
    ["any connection before what else is known", { code: "rate_limited", cause: { code: "ERR_CANCELED" } }, "connection"],
    [
      "what else is known before any words",
      { message: "rate limit exceeded", cause: { retryable: false } },
      "an error's own word",
    ],
    ["what is certain before all of them", { code: "ERR_CANCELED", cause: RESET }, "network"],
  ])("%s, even in a cause", (_what, error, library) => {
    const { heard } = decided(error);
    expect(heard.map(([name]) => name)).toEqual([library]);
    expect(heard[0]?.[1]).toBe((error as { readonly cause: object }).cause);
  });

  test("of a text that was thrown, its words and its code", () => {
    for (const text of ["connect ECONNRESET", "task_timeout"])
      expect(decided(text).heard).toEqual([["common", { message: text, error: text }]]);
  });

  test("nobody, of errors of ours and of what nobody knows", () => {
    expect(decided(new RateLimitError("slow"))).toEqual({ answer: "RATE_LIMIT", heard: [] });
    expect(decided({ cause: new RateLimitError("slow") })).toEqual({ answer: "RATE_LIMIT", heard: [] });
    expect(decided({ sourceError: new RateLimitError("slow") })).toEqual({ answer: "RATE_LIMIT", heard: [] });
    for (const nothing of [{ message: "m" }, null, undefined, 503, ""])
      expect(decided(nothing)).toEqual({ answer: "UNKNOWN", heard: [] });
  });
});

describe("an error is found", () => {
  test.each<[string, object]>([
    ["cause", { cause: RESET }],
    ["errors", { errors: [{}, RESET] }],
    ["Sequelize's parent", { parent: RESET }],
    ["what common wrappers keep", { sourceError: RESET }],
    ["what Kafka keeps", { groups: RESET }],
    ["the replies of Redis", { replies: RESET }],
    ["a context, if it is an error", { context: FAILED }],
    ["what was before, if it is an error", { previous: FAILED }],
  ])("as %s", (_where, error) => {
    const { answer, heard } = decided(error);
    expect([answer, heard.map(([library, { code }]: readonly [string, { code?: unknown }]) => [library, code])]).toEqual([
      "TRANSIENT",
      [["network", "ECONNRESET"]],
    ]);
  });

  test.each<object>([{ context: RESET }, { previous: RESET }, { somewhere: FAILED }, { retained: RESET }])(
    "not where anything else may stand: %o",
    (error) => {
      expect(decided(error)).toEqual({ answer: "UNKNOWN", heard: [] });
    },
  );

  test("as a parent before all that others keep", () => {
    expect(decided({ chainedError: { code: "EPROTO" }, parent: RESET })).toEqual({
      answer: "TRANSIENT",
      heard: [["network", RESET]],
    });
    expect(decided({ chainedError: { code: "EPROTO" }, originalError: RESET }).answer).toBe("PERMANENT");
  });
});

test("a delay is heard from the error that decided, whoever decided", () => {
  for (const facts of [{ status: 429 }, { code: "rate_limited" }]) {
    const error = { ...facts, retryAfter: 30 };
    expect(decided(error).answer).toEqual(LIMITED);
    expect(decided({ cause: error }).answer).toEqual(LIMITED);
    expect(decided({ sourceError: error }).answer).toEqual(LIMITED);
    expect(decided({ retryAfter: 30, cause: facts }).answer).toBe("RATE_LIMIT");
  }
});

test("a library that does not know an error is not asked about it again", () => {
  let asks = 0;
  const error = {
    name: "RetryError",
    get transporterStackTrace(): undefined {
      asks++;
      return undefined;
    },
  };
  expect(decided(error).answer).toBe("UNKNOWN");
  // Once by each of two classifications, of which each looks at the error and then at all that it may wrap.
  expect(asks).toBe(2);
});
