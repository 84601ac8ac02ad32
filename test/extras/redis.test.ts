import type { ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { ErrorReader } from "../../src/core/failure/chain.ts";
import { Link } from "../../src/extras/shared/index.ts";
import { redis, redisClassifier } from "../../src/extras/stores/redis.ts";
import { libraries, recordedBy } from "../fixtures/recordings.ts";
import { classOf, recordedAs } from "./recorded.ts";

recordedAs("ioredis", redisClassifier, {
  quit: ["TRANSIENT", "after quit() ioredis says the very words that it says of a connection that was cut"],
  "offlineQueue-disabled": [
    "TRANSIENT",
    "ioredis says so while it reconnects: the next attempt succeeds, as test/services/redis.test.ts shows",
  ],
});
recordedAs("node-redis", redisClassifier);

const is = (error: unknown): ErrorClass => classOf(redisClassifier, error);

class ErrorReply extends Error {}
const fromIoredis = (message: string): Error =>
  Object.assign(new Error(message), { name: "ReplyError", command: { name: "GET", args: ["k"] } });
const SHAPES: Readonly<Record<string, (message: string) => Error>> = {
  ioredis: fromIoredis,
  "ioredis, minified": (message) => Object.assign(new Error(message), { name: "t", command: { name: "GET", args: ["k"] } }),
  "node_redis 3": (message) =>
    Object.assign(new Error(message), { name: "ReplyError", command: "GET", args: ["k"], code: message.split(" ")[0] }),
  "node-redis": (message) => new ErrorReply(message),
  "node-redis, minified": (message) => new (class a extends Error {})(message),
  Upstash: (message) => Object.assign(new Error(`${message}, command was: ["get","k"]`), { name: "UpstashError" }),
  Bun: (message) => Object.assign(new Error(message), { code: "ERR_REDIS_INVALID_RESPONSE" }),
};

const REPLIES: Readonly<Record<string, readonly string[]>> = {
  AUTH: [
    "NOAUTH Authentication required.",
    "WRONGPASS invalid username-password pair or user is disabled.",
    "ERR invalid password",
    "ERR Client sent AUTH, but no password is set",
    "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
  ],
  PERMISSION: [
    "NOPERM this user has no permissions to run the 'get' command",
    "NOPERM No permissions to access a key",
    "DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.",
  ],
  CONCURRENCY: ["INPROG Failover already in progress", "ERR Background save already in progress"],
  RATE_LIMIT: ["ERR max number of requests per second exceeded", "ERR rate limit reached"],
  TRANSIENT: [
    "LOADING Redis is loading the dataset in memory",
    "LOADING Valkey is loading the dataset in memory",
    "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
    "TRYAGAIN Multiple keys request during rehashing of slot",
    "CLUSTERDOWN The cluster is down",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "READONLY You can't write against a read only replica.",
    "MOVED 3999 127.0.0.1:6381",
    "ASK 3999 127.0.0.1:6381",
    "NOREPLICAS Not enough good replicas to write.",
    "NOSCRIPT No matching script. Please use EVAL.",
    "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "OOM command not allowed when used memory > 'maxmemory'.",
    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    "ERR max number of clients reached",
    "ERR max number of clients + cluster connections reached",
    "ERR Error running script (call to f_694a): @user_script:1: Script killed by user with SCRIPT KILL...",
    "ERR Error running script (call to f_694a): @user_script:1: @user_script: 1: -OOM command not allowed when used memory > 'maxmemory'.",
    "ERR Error running script (call to f_694a): @user_script:1: @user_script: 1: -READONLY You can't write against a read only replica.",
    "ERR Error running script (call to f_694a): @user_script:12: -OOM command not allowed",
    "EXECABORT Transaction discarded because of: OOM command not allowed when used memory > 'maxmemory'.",
  ],
  PERMANENT: [
    "WRONGTYPE Operation against a key holding the wrong kind of value",
    "ERR unknown command 'NOPE', with args beginning with: ",
    "ERR syntax error",
    "ERR timeout is not a float or out of range",
    "ERR value is not an integer or out of range",
    "ERR max request size exceeded. Limit: 1048576 bytes",
    "ERR max requests limit exceeded. Limit: 500000, Usage: 500000.",
    "ERR max daily request limit exceeded. Limit: 10000, Usage: 10000.",
    "EXECABORT Transaction discarded because of previous errors.",
    "CROSSSLOT Keys in request don't hash to the same slot",
  ],
};

describe.each(Object.entries(SHAPES))("a reply as %s throws it", (_client, thrown) => {
  test.each(Object.entries(REPLIES).flatMap(([errorClass, replies]) => replies.map((reply) => [reply, errorClass] as const)))(
    "%s: %s",
    (reply, errorClass) => {
      expect(is(thrown(reply))).toBe(errorClass);
      expect(is(new Error("Could not read the cart", { cause: thrown(reply) }))).toBe(errorClass);
    },
  );
});

describe("a reply that Upstash puts behind its command", () => {
  const ofUpstash = (message: string): Error => Object.assign(new Error(message), { name: "UpstashError" });

  test.each<[string, ErrorClass]>([
    ["Command failed: OOM command not allowed when used memory > 'maxmemory'.", "TRANSIENT"],
    ["Command 1 [ set ] failed: NOPERM this user has no permissions", "PERMISSION"],
    ["Command 12 [ set ] failed: NOPERM this user has no permissions", "PERMISSION"],
    ["ERR Command failed: max number of clients reached", "PERMANENT"],
  ])("%s is %s", (message, errorClass) => {
    expect(is(ofUpstash(message))).toBe(errorClass);
  });
});

describe("a first word that is not known", () => {
  test.each([
    "BREAKER_OPEN retry_after=5",
    "BUSYKEY Target key name already exists.",
    "BUSYGROUP Consumer Group name already exists",
    "NOGROUP No such key",
    "my own words",
  ])("is a refusal where the client proves that it is a reply: %s", (reply) => {
    for (const client of ["ioredis", "ioredis, minified", "node_redis 3", "node-redis"])
      expect(is(SHAPES[client]?.(reply))).toBe("PERMANENT");
  });

  test("is anybody's elsewhere", () => {
    for (const message of ["SOMETHING went wrong", "BREAKER_OPEN retry_after=5", "BUSYBOX failed", "ASKED too much", "error"])
      expect(is(new Error(message))).toBe("UNKNOWN");
  });
});

describe("what a client says of its connection", () => {
  const SAID: Readonly<Record<string, readonly string[]>> = {
    TRANSIENT: [
      "Connection is closed.",
      "Command timed out",
      "Command aborted due to connection close",
      'Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.',
      "None of startup nodes is available",
      "Failed to refresh slots cache.",
      "Too many Cluster redirections. Last error: ReplyError: MOVED 1 127.0.0.1:1",
      "All sentinels are unreachable. Retrying from scratch after 10ms.",
      "Stream isn't writeable and enableOfflineQueue options is false",
      "Cluster isn't ready and enableOfflineQueue options is false",
      "Socket timeout. Expecting data, but didn't receive any in 100ms.",
      "Socket closed unexpectedly",
      "The client is offline",
      "The queue is full",
      "Connection timeout",
      "Socket timeout timeout. Expecting data, but didn't receive any in 100ms.",
      "Command timeout during maintenance. Waited to write command for more than 100ms.",
      "Timeout waiting for a client after 100ms",
      "All the root nodes are unavailable",
      "Too many Cluster redirections",
      "None of the sentinels are available",
      "Scan iteration was interrupted by a Sentinel master change",
    ],
    CONCURRENCY: ["One (or more) of the watched keys has been changed", "Client reconnected after WATCH"],
    PERMANENT: ["The client is closed", "Disconnects client"],
  };
  test.each(Object.entries(SAID).flatMap(([errorClass, texts]) => texts.map((text) => [text, errorClass] as const)))(
    "%s: %s",
    (text, errorClass) => {
      expect(is(new Error(text))).toBe(errorClass);
      expect(is(new (class b extends Error {})(text))).toBe(errorClass);
    },
  );

  test("is told by the code of node_redis 3, though the errors are named AbortError", () => {
    const aborted = (code: string, message: string): Error =>
      Object.assign(new Error(message), { name: "AbortError", code, command: "SET" });
    expect(is(aborted("UNCERTAIN_STATE", "Redis connection lost and command aborted. It might have been processed."))).toBe(
      "TRANSIENT",
    );
    expect(is(aborted("CONNECTION_BROKEN", "Redis connection in broken state: maximum connection attempts exceeded."))).toBe(
      "TRANSIENT",
    );
    expect(is(aborted("NR_CLOSED", "SET can't be processed. The connection is already closed."))).toBe("PERMANENT");
  });

  test("is told by the codes of Bun", () => {
    const bun = (code: string, message: string): Error => Object.assign(new Error(message), { code });
    expect(is(bun("ERR_REDIS_CONNECTION_CLOSED", "Connection closed"))).toBe("TRANSIENT");
    expect(is(bun("ERR_REDIS_CONNECTION_TIMEOUT", "Connection timeout reached after 10000ms"))).toBe("TRANSIENT");
    expect(is(bun("ERR_REDIS_IDLE_TIMEOUT", "Idle timeout reached after 10000ms"))).toBe("TRANSIENT");
  });
});

describe("what wraps others", () => {
  test("a transaction is what its failed command is", () => {
    const multi = (...replies: readonly unknown[]): Error =>
      Object.assign(new Error("1 commands failed, see .replies and .errorIndexes for more information"), {
        replies,
        errorIndexes: [0],
        errors: function* () {},
      });
    expect(is(Object.assign(multi("OK", new ErrorReply("OOM command not allowed"))))).toBe("TRANSIENT");
    expect(is(multi(new ErrorReply("NOPERM this user has no permissions")))).toBe("PERMISSION");
    class MultiErrorReply extends Error {}
    expect(
      is(
        Object.assign(new MultiErrorReply("1 commands failed"), {
          replies: ["OK", new ErrorReply("WRONGTYPE x")],
          errorIndexes: [1],
        }),
      ),
    ).toBe("PERMANENT");
    const aborted = fromIoredis("EXECABORT Transaction discarded because of previous errors.");
    expect(is(Object.assign(aborted, { previousErrors: [fromIoredis("OOM command not allowed")] }))).toBe("TRANSIENT");
  });

  test("the error of the last node outweighs that no node answered", () => {
    const lastNodeError = fromIoredis("NOAUTH Authentication required.");
    expect(is(Object.assign(new Error("Failed to refresh slots cache."), { name: "ClusterAllFailedError", lastNodeError }))).toBe(
      "AUTH",
    );
  });

  test("a reconnect strategy that gives up says why", () => {
    const socketError = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    expect(is(Object.assign(new Error("enough"), { originalError: new Error("enough"), socketError }))).toBe("TRANSIENT");
  });
});

test.each<[string, unknown]>([
  [
    "a PostgreSQL error",
    Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03", severity: "ERROR" }),
  ],
  ["a failed command of a shell", Object.assign(new Error("Command failed: ls"), { code: 2, cmd: "ls" })],
  ["a command of a shell that begins like a reply", new Error("Command failed: LOADING config.json")],
  ["a sentence that mentions such a word", new Error("Upload failed: the disk is BUSY or OOM")],
  ["a sentence with a colon", new Error("Sync failed: READONLY mode")],
  ["an invalid argument", new TypeError("Invalid value for a client")],
  ["no error at all", "BUSY Redis is busy"],
])("%s is UNKNOWN", (_what, error) => {
  expect(is(error)).toBe("UNKNOWN");
});

test("no recorded error of another library is taken for one of Redis", () => {
  for (const library of libraries.filter((one) => !one.includes("redis")))
    for (const { id, revive } of recordedBy(library)) {
      const reader = new ErrorReader();
      for (const error of reader.causes(revive())) {
        const link = new Link(error, reader);
        expect([library, id, redis.meaning.rule?.(link) ?? redis.meaning.beforeConnection?.(link)]).toEqual([
          library,
          id,
          undefined,
        ]);
      }
    }
});
