import { Hedge, isTransientError, outcomeOf, PermanentError, Policy, TransientError } from "redress";
import { mayHaveCommitted, transaction } from "redress/pg";
import { VirtualClock } from "redress/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { FakeClient, FakeDatabase, failing, failure, retrying } from "./sql-fakes.ts";

const conflict = failing({ code: "40001", severity: "ERROR" }, "could not serialize access");
const lost = failing({}, "Connection terminated unexpectedly");

let database: FakeDatabase;
beforeEach(() => {
  database = new FakeDatabase();
});

const work = (client: FakeClient): Promise<unknown> => client.query("UPDATE");

describe("a transaction", () => {
  test("begins, commits and gives its connection back", async () => {
    expect(await transaction(database, retrying(), work)).toEqual({ command: "UPDATE" });
    expect(database.story).toEqual(["BEGIN, UPDATE, COMMIT, released"]);
    expect(database.clients[0]?.listenerCount("error")).toBe(0);
    expect(database.clients[0]?.listenerCount("end")).toBe(0);
  });

  test.each([
    [{ isolation: "serializable" }, "BEGIN ISOLATION LEVEL SERIALIZABLE"],
    [{ isolation: "repeatable read", readOnly: true }, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"],
    [{ readOnly: false }, "BEGIN READ WRITE"],
  ] as const)("begins with %j as %s", async (options, begin) => {
    await transaction(database, retrying(), () => 1, options);
    expect(database.story).toEqual([`${begin}, COMMIT, released`]);
  });

  test.each([
    ["in the function", "UPDATE", "BEGIN, UPDATE, ROLLBACK, released"],
    ["at COMMIT", "COMMIT", "BEGIN, UPDATE, COMMIT, ROLLBACK, released"],
  ])("is repeated as a whole after a conflict %s, whatever the policy's classifier is", async (_where, statement, first) => {
    database.answers(statement, conflict);
    await transaction(database, retrying({ classifier: () => "PERMANENT" }), work);
    expect(database.story).toEqual([first, "BEGIN, UPDATE, COMMIT, released"]);
  });

  test.each([
    ["BEGIN", "BEGIN, broken: Connection terminated unexpectedly"],
    ["UPDATE", "BEGIN, UPDATE, ROLLBACK, broken: rollback"],
  ])("is repeated on another connection when it is lost at %s", async (statement, first) => {
    database.answers(statement, lost);
    database.answers("ROLLBACK", new Error("rollback"));
    await transaction(database, retrying(), work);
    expect(database.story).toEqual([first, "BEGIN, UPDATE, COMMIT, released"]);
  });

  test("is repeated when the pool gives no connection", async () => {
    let asked = 0;
    database.before = () => {
      if (++asked === 1) throw failing({ code: "ECONNREFUSED" });
    };
    await transaction(database, retrying(), work);
    expect([asked, database.clients.length]).toEqual([2, 1]);
  });

  test.each([
    ["an error", (client: FakeClient) => client.emit("error", lost), "Connection terminated unexpectedly"],
    ["its end", (client: FakeClient) => client.emit("end"), "The connection has ended during the transaction."],
  ])("whose connection emits %s in the function never sends COMMIT, and is repeated", async (_what, emit, message) => {
    let attempts = 0;
    await transaction(database, retrying(), (client) => {
      if (++attempts === 1) emit(client);
    });
    expect(database.story).toEqual([`BEGIN, broken: ${message}`, "BEGIN, COMMIT, released"]);
    expect(database.clients[0]?.emit("error", new Error("another one"))).toBe(true);
  });

  test("rolls back what its function throws, and throws it as it is", async () => {
    for (const thrown of [new Error("insufficient funds"), new PermanentError("no"), undefined, "a word"]) {
      const error = await failure(
        transaction(database, retrying(), () => {
          throw thrown;
        }),
      );
      expect([error, mayHaveCommitted(error)]).toEqual([thrown, false]);
    }
    expect(database.story).toEqual(Array.from({ length: 4 }, () => "BEGIN, ROLLBACK, released"));
  });

  test("is repeated after an error of its function that has a class which is retried", async () => {
    let attempts = 0;
    await transaction(database, retrying(), () => {
      if (++attempts < 3) throw new TransientError("another service");
    });
    expect(attempts).toBe(3);
  });

  test("that the server has rolled back at COMMIT is no success", async () => {
    database.answers("COMMIT", "rolled back");
    const error = await failure(transaction(database, retrying(), work));
    expect(String(error)).toMatch(/rolled back instead of committed/);
    expect([outcomeOf(error)?.stopReason, mayHaveCommitted(error)]).toEqual(["NON_RETRYABLE_CLASS", false]);
    expect(database.story).toEqual(["BEGIN, UPDATE, COMMIT, released"]);
  });

  test("that its function has ended is told, and its connection is not used again", async () => {
    const client = Object.assign(new FakeClient(database), { getTransactionStatus: () => "I" });
    const error = await failure(transaction({ connect: async () => client }, retrying(), () => 1));
    expect([mayHaveCommitted(error), outcomeOf(error)?.attempts]).toEqual([true, 1]);
    expect(client.endings).toEqual([
      "broken: The transaction was ended inside of its function: COMMIT and ROLLBACK are left to `transaction`.",
    ]);
  });

  test("is not hedged", async () => {
    const clock = new VirtualClock();
    const policy = new Policy({ clock, retry: { deadlineMs: 1_000 }, hedge: new Hedge({ delayMs: 10, loadRatio: 1 }) });
    database.answers("UPDATE", "silence");
    const error = failure(transaction(database, policy, work));
    await clock.run();
    expect([outcomeOf(await error)?.stopReason, database.clients.length]).toEqual(["DEADLINE_EXCEEDED", 1]);
  });
});

describe("a COMMIT", () => {
  test.each([
    ["whose connection is lost", lost],
    ["during which the session is ended", failing({ code: "57P01", severity: "FATAL" })],
    ["whose result is ambiguous", failing({ code: "40003", severity: "ERROR" })],
  ])("%s is not repeated, and its connection is broken", async (_what, error) => {
    database.answers("COMMIT", error);
    const thrown = await failure(transaction(database, retrying(), work));
    expect(thrown).toBe(error);
    expect(outcomeOf(thrown)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      refusal: "the transaction may have been committed",
      attempts: 1,
    });
    expect([mayHaveCommitted(thrown), mayHaveCommitted(new Error("later", { cause: thrown }))]).toEqual([true, true]);
    expect(database.story).toEqual([`BEGIN, UPDATE, COMMIT, broken: ${error.message}`]);
  });

  test("is repeated where twice is fine", async () => {
    database.answers("COMMIT", failing({}, "Connection terminated unexpectedly"));
    await transaction(database, retrying(), work, { idempotent: true });
    expect(database.clients.length).toBe(2);
  });

  test("that a constraint refuses is rolled back and thrown", async () => {
    database.answers("COMMIT", failing({ code: "23503", severity: "ERROR" }));
    const thrown = await failure(transaction(database, retrying(), work));
    expect([outcomeOf(thrown)?.stopReason, mayHaveCommitted(thrown)]).toEqual(["NON_RETRYABLE_CLASS", false]);
  });

  test("is not repeated because its value was judged a failure", async () => {
    const policy = new Policy({ retry: { resultClassifier: () => "TRANSIENT" } });
    const thrown = await failure(transaction(database, policy, work));
    expect(outcomeOf(thrown)).toMatchObject({ stopReason: "RETRY_REFUSED", refusal: "the transaction has been committed" });
    expect(mayHaveCommitted(thrown)).toBe(true);
  });

  test("that was lost before is not forgotten when the last attempt has failed otherwise", async () => {
    database.answers("COMMIT", failing({}, "Connection terminated unexpectedly"));
    database.answers("BEGIN", ...([undefined, failing({ code: "23505", severity: "ERROR" })] as Error[]));
    const thrown = await failure(transaction(database, retrying(), work, { idempotent: true }));
    expect([outcomeOf(thrown)?.attempts, mayHaveCommitted(thrown)]).toEqual([2, true]);
  });
});

describe("an attempt that is cut short", () => {
  const cut = async (statement: string): Promise<unknown> => {
    const clock = new VirtualClock();
    const policy = new Policy({ clock, retry: { attemptTimeoutMs: 50, strategy: () => 0, maxAttempts: 2 } });
    database.answers(statement, "silence");
    const ended = transaction(database, policy, work).catch((error: unknown) => error);
    await clock.run();
    return ended;
  };

  test.each([
    ["BEGIN", "BEGIN, broken: "],
    ["UPDATE", "BEGIN, UPDATE, broken: "],
  ])("at %s destroys its connection and is repeated", async (statement, first) => {
    expect(await cut(statement)).toEqual({ command: "UPDATE" });
    const [before, after] = database.story;
    expect([before?.startsWith(first), after]).toEqual([true, "BEGIN, UPDATE, COMMIT, released"]);
  });

  test("at COMMIT destroys its connection and is not repeated", async () => {
    const error = await cut("COMMIT");
    expect([outcomeOf(error)?.refusal, mayHaveCommitted(error)]).toEqual(["the transaction may have been committed", true]);
    expect(database.story).toHaveLength(1);
    expect(database.story[0]).toMatch(/COMMIT, broken: /);
  });

  test("while its function waits for something else commits nothing when that comes", async () => {
    const controller = new AbortController();
    const fn = async (): Promise<string> => {
      controller.abort(new Error("the caller left"));
      return "late";
    };
    const error = await failure(transaction(database, retrying(), fn, { signal: controller.signal }));
    expect(String(error)).toBe("Error: the caller left");
    expect(database.story).toEqual(["BEGIN, broken: the caller left"]);
  });

  test("while it waits for a connection gives that back as it comes", async () => {
    const controller = new AbortController();
    database.before = () => controller.abort("a word");
    expect(await failure(transaction(database, retrying(), work, { signal: controller.signal }))).toBe("a word");
    await new Promise((turn) => setImmediate(turn));
    expect(database.story).toEqual(["released"]);
  });
});

describe("a connection that the function releases", () => {
  test("stays the transaction's own, which is rolled back", async () => {
    const released = transaction(database, retrying(), async (client) => {
      await client.query("UPDATE");
      client.release();
    });
    await expect(released).rejects.toThrow("The connection was released inside of the transaction's function");
    expect(database.story).toEqual(["BEGIN, UPDATE, ROLLBACK, released"]);
  });

  test("has its own way to be released again afterwards", async () => {
    const own = (): void => {};
    const before = (await database.connect()).release;
    let client: FakeClient | undefined;
    await transaction(database, retrying(), (given) => {
      client = given;
    });
    expect([Object.hasOwn(client ?? {}, "release"), client?.release]).toEqual([false, before]);
    const assigned = { connect: async () => Object.assign(await database.connect(), { release: own }) };
    await transaction(assigned, retrying(), (given) => {
      client = given;
    });
    expect(client?.release).toBe(own);
  });
});

describe("what is given", () => {
  test.each<[string, unknown[], string]>([
    ["no pool", [{}], "transaction.pool must be a Pool of pg, got an object with no keys."],
    ["a client", [{ connect() {}, release() {} }], "transaction.pool must be a Pool of pg; a transaction inside of another one"],
    [
      "a policy's options",
      [{ connect() {} }, { retry: {} }],
      "transaction.policy must be a Policy, such as new Policy({ retry: {} })",
    ],
    ["no function", [{ connect() {} }, new Policy()], "transaction.fn must be a function, got undefined."],
    [
      "an option of another name",
      [{ connect() {} }, new Policy(), () => 1, { isolationLevel: "serializable" }],
      "transaction.isolationLevel is not an option; did you mean `isolation`?",
    ],
    [
      "an option of the policy",
      [{ connect() {} }, new Policy(), () => 1, { retries: 3 }],
      "transaction.retries is not an option; did you mean `retry.maxAttempts` of the policy, which counts the first attempt too: 4?",
    ],
    [
      "another level",
      [{ connect() {} }, new Policy(), () => 1, { isolation: "SERIALIZABLE" }],
      'transaction.isolation must be one of read committed, repeatable read, serializable, got "SERIALIZABLE".',
    ],
    [
      "a wrong option of a call",
      [{ connect() {} }, new Policy(), () => 1, { deadlineMs: 0 }],
      "call.deadlineMs must be a number > 0",
    ],
  ])("%s is refused, with what to do", async (_what, given, message) => {
    await expect((transaction as (...args: unknown[]) => Promise<unknown>)(...given)).rejects.toThrow(message);
  });

  test("a classifier among the options comes before that of the database", async () => {
    database.answers("UPDATE", failing({ code: "23505", severity: "ERROR" }));
    await transaction(database, retrying(), work, {
      classifier: (error) => (isTransientError(error) ? "UNKNOWN" : "CONCURRENCY"),
    });
    expect(database.clients.length).toBe(2);
  });

  test("the caller's own refusal to repeat, its hooks and their object hold", async () => {
    const seen: unknown[] = [];
    const options = {
      refuseRepeat(): string {
        seen.push(this);
        return "not today";
      },
      onCallEnd(): void {
        seen.push(this);
      },
    };
    database.answers("UPDATE", conflict);
    const thrown = await failure(transaction(database, retrying(), work, options));
    expect([outcomeOf(thrown)?.refusal, seen]).toEqual(["not today", [options, options]]);
  });
});
