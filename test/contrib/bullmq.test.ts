/* What a processor says to BullMQ: with jobs that are no more than what is met of them, kept as JSON between deliveries. */
import { CircuitOpenError, constant, PermanentError, Policy, type PolicyOptions, TransientError } from "redress";
import { type BullmqJob, type BullmqProcessorOptions, bullmqProcessor } from "redress/bullmq";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";

const transient = new TransientError("down");
const clock = new VirtualClock();
const policyOf = (retry: PolicyOptions["retry"] = {}): Policy =>
  new Policy({ retry: { strategy: constant(700), maxAttempts: 3, ...retry }, clock }) as Policy;

/** A job in a queue, as it is stored. */
class Stored {
  data: string;
  id = "7";
  attemptsMade = 0;
  stalledCounter = 0;
  /** What was done to it, in order. */
  readonly done: string[] = [];
  delayMs: number | null = null;
  /** What BullMQ answers. */
  lock = 1;
  fails: { readonly update?: unknown; readonly move?: unknown } = {};
  readonly worker = {
    name: "mail",
    opts: { maxStalledCount: 9 } as { maxStalledCount?: number; maxStartedAttempts?: number; lockDuration?: number },
    closing: undefined as unknown,
    told: [] as Error[],
    emit(_event: "error", error: Error): void {
      this.told.push(error);
    },
  };

  constructor(data: unknown) {
    this.data = JSON.stringify(data);
  }

  get kept(): Record<string, unknown> {
    return JSON.parse(this.data).redress;
  }

  deliver(): BullmqJob {
    const stored = this;
    return {
      id: this.id,
      data: JSON.parse(this.data),
      attemptsMade: this.attemptsMade,
      stalledCounter: this.stalledCounter,
      queue: this.worker,
      async updateData(data: unknown) {
        (this as { data: unknown }).data = data;
        if (stored.fails.update !== undefined) throw stored.fails.update;
        stored.data = JSON.stringify(data);
        stored.done.push("update");
      },
      async moveToDelayed(timestamp: number, token?: string) {
        if (stored.fails.move !== undefined) throw stored.fails.move;
        stored.delayMs = timestamp - Date.now();
        stored.done.push(`move ${token}`);
      },
      async extendLock(token: string, durationMs: number) {
        stored.done.push(`extend ${token} ${durationMs}`);
        return stored.lock;
      },
    } as BullmqJob;
  }
}

type Handler = (job: BullmqJob, attempt: { readonly attempt: number; readonly signal: AbortSignal }) => unknown;
const fail = (error: unknown) => (): never => {
  throw error;
};

/** Runs one delivery by a processor of a new process. */
async function run(stored: Stored, handler: Handler, options: BullmqProcessorOptions = {}, policy = policyOf()) {
  const processor = bullmqProcessor(policy, handler, { random: () => 0.5, ...options });
  try {
    return { value: await processor(stored.deliver(), "token") };
  } catch (error) {
    return { error: error as Error };
  }
}

describe("a retry", () => {
  test("puts the job off by the policy's delay, and keeps the progress before it moves the job", async () => {
    const stored = new Stored({ to: "a" });
    const { error } = await run(stored, fail(transient));
    expect(error?.name).toBe("DelayedError");
    expect(Object.keys(error as Error)).toContain("name");
    expect(stored.done).toEqual(["extend token 30000", "update", "move token"]);
    // Between the two askings, the clock may have gone on.
    expect(stored.delayMs).toBeGreaterThan(690);
    expect(stored.delayMs).toBeLessThanOrEqual(700);
    expect(JSON.parse(stored.data)).toMatchObject({
      to: "a",
      redress: { job: "7", made: 0, stalled: 0, progress: { version: 1, attempts: 1, failures: { TRANSIENT: 1 } } },
    });
  });

  test("goes on from there, without the handler seeing any of it, until the last attempt fails the job for good", async () => {
    const stored = new Stored({ to: "a" });
    const seen: unknown[] = [];
    const handler: Handler = (job, { attempt }) => {
      seen.push([attempt, job.data]);
      throw transient;
    };
    await run(stored, handler);
    await run(stored, handler);
    const { error } = await run(stored, handler);
    expect(seen).toEqual([1, 2, 3].map((attempt) => [attempt, { to: "a" }]));
    expect(error).toMatchObject({ name: "UnrecoverableError", message: "MAX_ATTEMPTS_GLOBAL: down", cause: transient });
    expect(error?.stack).toContain("caused by TransientError: down");
  });

  test("gives the handler's value when it succeeds", async () => {
    const stored = new Stored({ to: "a" });
    await run(stored, fail(transient));
    expect(await run(stored, (_job, { attempt }) => `sent by attempt ${attempt}`)).toEqual({ value: "sent by attempt 2" });
  });

  test("waits whole milliseconds, rounded up", async () => {
    const stored = new Stored({});
    const seen: number[] = [];
    const job = stored.deliver();
    job.moveToDelayed = async (timestamp) => void seen.push(timestamp);
    await bullmqProcessor(policyOf({ strategy: constant(0.25) }), fail(transient))(job, "token").catch(() => {});
    expect(seen.map(Number.isInteger)).toEqual([true]);
  });

  test("is of the circuit further in, where one has rejected the call", async () => {
    const stored = new Stored({});
    await run(stored, fail(new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 12_000 })));
    expect(stored.delayMs).toBeGreaterThan(12_590);
  });
});

describe("data", () => {
  test.each<[string, unknown]>([
    ["a text", "a@b.example"],
    ["an array", [1, 2]],
    ["null", null],
    ["a number", 7],
    ["an object", { to: "a", data: 1 }],
    ["an empty object", {}],
  ])("that is %s comes back to the handler as it was", async (_what, data) => {
    const stored = new Stored(data);
    const seen: unknown[] = [];
    const handler: Handler = (job) => {
      seen.push(job.data);
      throw transient;
    };
    for (let delivery = 0; delivery < 3; delivery++) await run(stored, handler);
    expect(seen).toEqual([data, data, data]);
  });

  test("that the handler gives to updateData is kept, and the progress with it", async () => {
    const stored = new Stored({ step: 1 });
    await run(stored, fail(transient));
    // This delivery is killed after its update.
    const handler: Handler = async (job) => {
      await job.updateData({ step: 2 });
      expect(job.data).toEqual({ step: 2 });
      expect(JSON.parse(stored.data)).toMatchObject({ step: 2, redress: { progress: { attempts: 1 } } });
      throw transient;
    };
    await run(stored, handler);
    expect(JSON.parse(stored.data)).toMatchObject({ step: 2, redress: { progress: { attempts: 2 } } });
  });

  test("that the handler changes in place is not kept, as without redress", async () => {
    const stored = new Stored({ secret: "s" });
    await run(stored, (job) => {
      delete job.data.secret;
      throw transient;
    });
    expect(JSON.parse(stored.data)).toMatchObject({ secret: "s" });
  });

  test("may have the name `redress` of its own, where another is said", async () => {
    const stored = new Stored({ redress: "mine" });
    const { error } = await run(stored, () => "sent");
    expect(error?.message).toMatch(/^The call cannot be resumed: progress is a text/);
    expect(await run(stored, (job) => job.data.redress, { progressKey: "retries" })).toEqual({ value: "mine" });
  });

  test("that was copied to another job begins there", async () => {
    const stored = new Stored({ to: "a" });
    await run(stored, fail(transient));
    const copy = Object.assign(new Stored(JSON.parse(stored.data)), { id: "8" });
    expect(await run(copy, (job, { attempt }) => [attempt, job.data])).toEqual({ value: [1, { to: "a" }] });
  });
});

describe("deliveries", () => {
  test("that were killed count as attempts", async () => {
    const stored = new Stored({});
    await run(stored, fail(transient));
    stored.stalledCounter = 1;
    expect(await run(stored, (_job, { attempt }) => attempt)).toEqual({ value: 3 });
    stored.stalledCounter = 2;
    expect((await run(stored, () => "one too many")).error?.message).toMatch(
      /^MAX_ATTEMPTS_GLOBAL: after 3 attempts in \d+ ms, all in earlier deliveries$/,
    );
  });

  test("that were killed before anything was kept count, too", async () => {
    const stored = Object.assign(new Stored({}), { stalledCounter: 2 });
    expect(await run(stored, (_job, { attempt }) => attempt)).toEqual({ value: 3 });
  });

  test("after an end that was undone by hand begin anew, and the killed ones among them count", async () => {
    const stored = Object.assign(new Stored({}), { stalledCounter: 1 });
    await run(stored, fail(transient));
    expect((await run(stored, fail(transient))).error?.name).toBe("UnrecoverableError");
    stored.attemptsMade = 1;
    // Killed.
    expect(await run(stored, (_job, { attempt }) => attempt)).toEqual({ value: 1 });
    stored.stalledCounter = 2;
    expect(await run(stored, (_job, { attempt }) => attempt)).toEqual({ value: 2 });
    // And its count reset.
    stored.attemptsMade = 0;
    expect(await run(stored, (_job, { attempt }) => attempt)).toEqual({ value: 1 });
  });

  test("whose progress was tampered with end the job, or begin anew", async () => {
    const stored = new Stored({ redress: { job: "7", made: 0, stalled: 0, progress: { version: 1, attempts: -1 } } });
    const { error } = await run(stored, () => "sent");
    expect(error).toMatchObject({
      name: "UnrecoverableError",
      message: expect.stringMatching(/^The call cannot be resumed: progress\.attempts/),
    });
    expect(await run(stored, () => "sent", { otherwise: "restart" })).toEqual({ value: "sent" });
  });

  test("whose note is not ours in all of its members do no harm", async () => {
    for (const note of [
      { progress: null, stalled: -5 },
      { job: 7, made: "x" },
      [],
      { job: "7", made: 0, stalled: 1e99, progress: undefined },
    ]) {
      const stored = new Stored({ redress: note });
      const { value, error } = await run(stored, () => "sent");
      expect(value ?? error?.message).toMatch(/^sent$|cannot be resumed/);
    }
  });
});

describe("what the handler tells BullMQ", () => {
  test.each(["DelayedError", "WaitingError", "WaitingChildrenError", "UnrecoverableError", "bullmq:rateLimitExceeded"])(
    "by %s goes to BullMQ as it is, and nothing is done to the job",
    async (what) => {
      const said = Object.assign(new Error(what), what.includes(":") ? {} : { name: what });
      const policy = policyOf({ classifier: () => "TRANSIENT" }).with({
        circuitBreaker: { failureThreshold: 1 },
        fallback: () => "instead",
      }) as Policy;
      const stored = new Stored({});
      expect((await run(stored, fail(said), {}, policy)).error).toBe(said);
      expect(stored.done).toEqual([]);
      // No failure: its circuit is still closed.
      expect(await run(stored, () => "sent", {}, policy)).toEqual({ value: "sent" });
    },
  );

  test("is not said by the RateLimitError of another library", async () => {
    const stored = new Stored({});
    const { error } = await run(stored, fail(Object.assign(new Error("429"), { name: "RateLimitError", status: 429 })));
    expect(error?.name).toBe("DelayedError");
  });
});

describe("a lock that was lost", () => {
  test("is not turned into a second delay, and what another delivery has kept is not touched", async () => {
    const stored = Object.assign(new Stored({ to: "a" }), { lock: 0 });
    const { error } = await run(stored, fail(transient));
    expect(error?.message).toBe("The lock of job 7 was lost before it was put off: another delivery goes on with it.");
    expect(error?.name).toBe("Error");
    expect(stored.done).toEqual(["extend token 30000"]);
    expect(JSON.parse(stored.data)).toEqual({ to: "a" });
  });

  test("while it is moved is BullMQ's to tell", async () => {
    const stored = new Stored({});
    const lost = Object.assign(new Error("Missing lock for job 7. moveToDelayed"), { code: -2 });
    stored.fails = { move: lost };
    expect((await run(stored, fail(transient))).error).toBe(lost);
    expect(stored.worker.told).toEqual([]);
  });

  test("is known by the worker's own duration", async () => {
    const stored = new Stored({});
    stored.worker.opts.lockDuration = 5_000;
    await run(stored, fail(transient));
    expect(stored.done[0]).toBe("extend token 5000");
  });
});

test("a queue that cannot be reached fails no job: it stays active, comes back as stalled, and the worker's error event tells", async () => {
  const gone = new Error("Connection is closed.");
  for (const fails of [{ update: gone }, { move: gone }]) {
    const stored = Object.assign(new Stored({}), { fails });
    const { error } = await run(stored, fail(transient));
    expect(error).toMatchObject({ name: "DelayedError", cause: gone });
    expect(stored.worker.told).toMatchObject([{ message: expect.stringContaining("Job 7 was not put off"), cause: gone }]);
  }
});

describe("a signal", () => {
  const never: Handler = () => new Promise(() => {});
  /** A handler that never ends, and a promise for its beginning. */
  const begun = (): { handler: Handler; began: Promise<void> } => {
    let begin: (() => void) | undefined;
    const began = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const handler: Handler = (...given) => {
      begin?.();
      return never(...given);
    };
    return { handler, began };
  };

  test("of the shutdown gives the job back at once, with what it has used up", async () => {
    const stored = new Stored({});
    const shutdown = new AbortController();
    const { handler, began } = begun();
    const ended = run(stored, handler, { shutdown: shutdown.signal });
    await began;
    shutdown.abort();
    expect((await ended).error?.name).toBe("DelayedError");
    expect(stored.delayMs).toBeLessThanOrEqual(0);
    expect(stored.kept).toMatchObject({ progress: { attempts: 1, failures: {} } });
  });

  test("of BullMQ does the same while the worker is closed, and fails a job that is cancelled by itself", async () => {
    for (const closing of [Promise.resolve(), undefined]) {
      const stored = new Stored({});
      stored.worker.closing = closing;
      const cancel = new AbortController();
      const { handler, began } = begun();
      const ended = bullmqProcessor(policyOf(), handler)(stored.deliver(), "token", cancel.signal).catch((error: Error) => error);
      await began;
      cancel.abort("by its owner");
      expect(await ended).toMatchObject(
        closing === undefined ? { name: "UnrecoverableError", message: "ABORTED: by its owner" } : { name: "DelayedError" },
      );
    }
  });

  test("is asked of BullMQ, which goes by the number of parameters", () => {
    expect(bullmqProcessor(policyOf(), never).length).toBe(3);
  });
});

describe("settings of the worker", () => {
  test("that would fail jobs that are put off are refused", async () => {
    const stored = new Stored({});
    stored.worker.opts.maxStartedAttempts = 5;
    expect((await run(stored, () => "sent")).error?.message).toMatch(/the worker must have no maxStartedAttempts, got 5/);
  });

  test("that fail jobs of killed workers sooner than the policy are told of once", async () => {
    const stored = new Stored({});
    stored.worker.opts.maxStalledCount = 1;
    const processor = bullmqProcessor(policyOf(), () => "sent");
    for (let delivery = 0; delivery < 3; delivery++) await processor(stored.deliver(), "token");
    expect(stored.worker.told.map(({ message }) => message)).toEqual([
      expect.stringMatching(/of "mail" has maxStalledCount 1.* set maxStalledCount: 3\.$/),
    ]);
  });

  test("are not known in a process of the processor's own, which has no lock to extend", async () => {
    const job = { ...new Stored({}).deliver(), queue: undefined, extendLock: undefined as never };
    expect(await bullmqProcessor(policyOf(), () => "sent")(job, "token")).toBe("sent");
    await expect(bullmqProcessor(policyOf(), fail(transient))(job, "token")).rejects.toMatchObject({ name: "DelayedError" });
  });
});

test.each<[string, () => unknown, RegExp]>([
  ["what is no policy", () => bullmqProcessor((() => {}) as never, () => 1), /^bullmqProcessor\.policy must be a Policy/],
  ["what is no handler", () => bullmqProcessor(policyOf(), "send" as never), /^bullmqProcessor\.handler must be a function/],
  [
    "an unknown option",
    () => bullmqProcessor(policyOf(), () => 1, { attempts: 5 } as never),
    /bullmqProcessor\.attempts is not an option/,
  ],
  [
    "what is no signal",
    () => bullmqProcessor(policyOf(), () => 1, { shutdown: {} as never }),
    /bullmqProcessor\.shutdown must be an AbortSignal/,
  ],
  [
    "a name that is none",
    () => bullmqProcessor(policyOf(), () => 1, { progressKey: "" }),
    /bullmqProcessor\.progressKey must be a non-empty string/,
  ],
])("%s is refused at construction", (_what, make, message) => {
  expect(make).toThrow(message);
});

test("a permanent failure fails the job at once", async () => {
  expect((await run(new Stored({}), fail(new PermanentError("no such user")))).error).toMatchObject({
    name: "UnrecoverableError",
    message: "NON_RETRYABLE_CLASS: no such user",
  });
});
