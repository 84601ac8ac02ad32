/* The recipes of docs/queues/recipes.md: Amazon SQS, by its real client, and periodic tasks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AuthError, CircuitBreaker, CircuitOpenError, constant, Policy, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inFile, type Kept, runWhenDue } from "../../../examples/queues/recipes/periodic.ts";
import { handleMessage, type SqsWorker, work } from "../../../examples/queues/recipes/sqs.ts";
import { SqsServer } from "./sqs-server.ts";

const root = join(import.meta.dirname, "../../..");
const down = new TransientError("connect ECONNREFUSED");

test.each(["sqs", "periodic"])("the page shows %s.ts as it is tested", (name) => {
  const page = readFileSync(join(root, "docs/queues/recipes.md"), "utf8");
  const [, ...code] = readFileSync(join(root, `examples/queues/recipes/${name}.ts`), "utf8").split("\n");
  expect(page).toContain(`\`\`\`ts queue\n${code.join("\n")}\`\`\``);
});

describe("Amazon SQS", () => {
  const server = new SqsServer();
  let sqs: SQSClient;
  let shutdown: AbortController;
  beforeEach(async () => {
    await server.listen();
    server.nowMs = 0;
    server.asked.length = 0;
    shutdown = new AbortController();
    const credentials = { accessKeyId: "none", secretAccessKey: "none" };
    sqs = new SQSClient({ endpoint: server.origin, region: "eu-west-1", credentials, maxAttempts: 1 });
  });
  afterEach(() => {
    sqs.destroy();
    server.close();
  });

  const policy = new Policy({ retry: { strategy: constant(2_500), maxAttempts: 3, deadlineMs: 3_600_000 } });
  const worker = (handle: SqsWorker["handle"], change: Partial<SqsWorker> = {}): SqsWorker => ({
    sqs,
    policy,
    queueUrl: server.url("jobs"),
    deadLetterUrl: server.url("dead"),
    handle,
    signal: shutdown.signal,
    ...change,
  });
  const send = (body: string) => sqs.send(new SendMessageCommand({ QueueUrl: server.url("jobs"), MessageBody: body }));
  const emptied = async (running: SqsWorker): Promise<void> => {
    const poll = setInterval(() => server.in("jobs").length === 0 && shutdown.abort(), 5);
    await work(running, 60).catch((error: Error) => {
      if (error.name !== "AbortError") throw error;
    });
    clearInterval(poll);
  };
  const delays = () =>
    server.asked.filter(({ action }) => action === "ChangeMessageVisibility").map(({ input }) => input["VisibilityTimeout"]);

  test("a message whose handler fails comes back after the delay, in whole seconds, and is deleted when it succeeds", async () => {
    const seen: unknown[] = [];
    await send("hello");
    await emptied(
      worker(({ Body }, { attempt }) => {
        seen.push([Body, attempt, server.nowMs]);
        if (attempt < 3) throw down;
      }),
    );
    expect(seen).toEqual([
      ["hello", 1, 0],
      ["hello", 2, 3_000],
      ["hello", 3, 6_000],
    ]);
    expect(delays()).toEqual([3, 3]);
    expect(server.in("dead")).toEqual([]);
  });

  test("one that fails for good goes to the dead letters with its reason, and only then is deleted", async () => {
    let made = 0;
    await send("always");
    await emptied(
      worker(() => {
        made++;
        throw down;
      }),
    );
    expect(made).toBe(3);
    const [dead] = server.in("dead").splice(0);
    expect(dead).toMatchObject({
      body: "always",
      attributes: { reason: { StringValue: expect.stringMatching(/^MAX_ATTEMPTS_GLOBAL: .*ECONNREFUSED$/) } },
    });
    const last = server.asked.map(({ action }) => action).filter((action) => action !== "ReceiveMessage");
    expect(last.slice(-2)).toEqual(["SendMessage", "DeleteMessage"]);

    await send("at once");
    shutdown = new AbortController();
    await emptied(worker(() => Promise.reject(new AuthError("no"))));
    expect(server.in("dead").splice(0)).toMatchObject([
      { body: "at once", attributes: { reason: { StringValue: expect.stringContaining("NON_RETRYABLE_CLASS") } } },
    ]);
  });

  test("deliveries whose worker was killed count: no message is handled more often than its cap", async () => {
    let made = 0;
    await send("kills");
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const receive = new ReceiveMessageCommand({ QueueUrl: server.url("jobs"), VisibilityTimeout: 60 });
    await sqs.send(receive);
    await sqs.send(receive);
    await emptied(
      worker(() => {
        made++;
        throw down;
      }),
    );
    expect(made).toBe(1);
    expect(server.in("dead").splice(0)).toHaveLength(1);
  });

  test("the deadline counts from when the message was sent", async () => {
    const attributes = { ApproximateReceiveCount: "2", SentTimestamp: String(Date.now() - 3_600_001) };
    await send("old");
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: server.url("jobs") }));
    let made = 0;
    await handleMessage(
      worker(() => made++),
      { ...Messages[0], Attributes: attributes },
    );
    expect([made, server.in("jobs").length]).toEqual([0, 0]);
    expect(server.in("dead").splice(0)).toMatchObject([
      { attributes: { reason: { StringValue: expect.stringContaining("DEADLINE_EXCEEDED") } } },
    ]);
  });

  test("an open circuit puts a message off, and a worker that shuts down gives it back at once", async () => {
    await send("held");
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const receive = async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl: server.url("jobs"), MessageSystemAttributeNames: ["All"] })))
        .Messages?.[0] ?? {};
    const circuitBreaker = new CircuitBreaker({
      name: "b",
      recoveryTimeoutMs: 20_000,
      failureThreshold: 1,
      clock: new VirtualClock(),
    });
    await circuitBreaker.call(() => Promise.reject(down)).catch(() => {});
    await handleMessage(
      worker(() => "never", { policy: policy.with({ circuitBreaker }) as Policy }),
      await receive(),
    );
    const inner = new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 7_001 });
    const classified = policy.with({ retry: { maxAttempts: 9, classifier: () => "PERMANENT" } }) as Policy;
    await handleMessage(
      worker(() => Promise.reject(inner), { policy: classified }),
      await receive(),
    );
    const patient = policy.with({ retry: { maxAttempts: 9 } }) as Policy;
    const ended = handleMessage(
      worker(() => new Promise(() => {}), { policy: patient }),
      await receive(),
    );
    shutdown.abort();
    await ended;
    expect(delays()).toEqual([20, 8, 0]);
    expect(server.in("jobs").splice(0)).toHaveLength(1);
  });

  test("SQS hides no message for longer than 12 hours", async () => {
    await send("far");
    const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs");
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: server.url("jobs") }));
    const far = policy.with({ retry: { strategy: constant(50_000_000), deadlineMs: Infinity } }) as Policy;
    await handleMessage(
      worker(() => Promise.reject(down), { policy: far }),
      Messages[0] ?? {},
    );
    expect(delays()).toEqual([43_200]);
    server.in("jobs").splice(0);
  });
});

describe("a periodic task", () => {
  const folder = mkdtempSync(join(tmpdir(), "redress-periodic-"));
  const file = join(folder, "state.json");
  const kept = (): Kept => JSON.parse(readFileSync(file, "utf8"));
  beforeEach(() => rmSync(file, { force: true }));
  const policy = new Policy({
    retry: { strategy: constant(90_000), maxAttempts: 3, deadlineMs: 86_400_000 },
    clock: new VirtualClock(),
  });
  const place = inFile(file);
  const at = (minute: number, round = "monday") => ({ place, round, nowMs: minute * 60_000 });

  test("is done once in a round", async () => {
    let made = 0;
    const task = () => ++made;
    expect(await runWhenDue(policy, at(0), task)).toBe("done");
    expect(await runWhenDue(policy, at(1), task)).toBe("done");
    expect(made).toBe(1);
    expect(await runWhenDue(policy, at(0, "tuesday"), task)).toBe("done");
    expect(made).toBe(2);
  });

  test("goes on in a later run, not before it is due, and ends at its cap", async () => {
    const attempts: [number, number][] = [];
    const ends: string[] = [];
    for (let minute = 0; minute < 6; minute++)
      ends.push(
        await runWhenDue(policy, at(minute), ({ attempt }) => {
          attempts.push([minute, attempt]);
          throw down;
        }),
      );
    expect(attempts).toEqual([
      [0, 1],
      [2, 2],
      [4, 3],
    ]);
    expect(ends).toEqual(["later", "later", "later", "later", "failed", "failed"]);
    expect(kept()).toMatchObject({ ended: "failed", reason: expect.stringMatching(/^MAX_ATTEMPTS_GLOBAL: .*ECONNREFUSED$/) });
  });

  test("a run that was killed counts as an attempt", async () => {
    await place.write({ round: "monday", deliveries: 2, progress: null, dueAtMs: 0, ended: null });
    let made = 0;
    const failing = (): never => {
      made++;
      throw down;
    };
    expect(await runWhenDue(policy, at(0), failing)).toBe("failed");
    expect(made).toBe(1);
  });

  test("the count is written before anything is done", async () => {
    let before: Kept | null = null;
    await runWhenDue(policy, at(0), () => {
      before = kept();
    });
    expect(before).toMatchObject({ deliveries: 1, ended: null });
  });

  test("a progress that was edited begins anew, with what was counted", async () => {
    const tampered = { round: "monday", deliveries: 1, progress: { version: 1, attempts: -5 }, dueAtMs: 0, ended: null };
    writeFileSync(file, JSON.stringify(tampered));
    const attempts: number[] = [];
    expect(await runWhenDue(policy, at(0), ({ attempt }) => void attempts.push(attempt))).toBe("done");
    expect(attempts).toEqual([2]);
  });
});
