/* redress/grpc without a network: calls by shape, as grpc-js makes and hears them. */
import { constant, outcomeOf, Policy, type PolicyOptions } from "redress";
import { type GrpcInterceptorOptions, grpcInterceptor, grpcOptions } from "redress/grpc";
import { describe, expect, test } from "vitest";

class Metadata {
  readonly entries = new Map<string, string>();
  clone(): Metadata {
    const clone = new Metadata();
    for (const [key, value] of this.entries) clone.entries.set(key, value);
    return clone;
  }
  set(key: string, value: string): void {
    this.entries.set(key, value);
  }
  remove(key: string): void {
    this.entries.delete(key);
  }
  getMap(): object {
    return Object.fromEntries(this.entries);
  }
}

interface Status {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
  readonly cause?: unknown;
}
interface Listener {
  onReceiveMetadata(metadata: Metadata): void;
  onReceiveMessage(message: unknown): void;
  onReceiveStatus(status: Status): void;
}

/** One call on the fake wire. */
class Call {
  metadata = new Metadata();
  listener: Listener | undefined;
  readonly did: unknown[] = [];
  readonly options: { readonly deadline?: Date | number };
  constructor(options: { readonly deadline?: Date | number }) {
    this.options = options;
  }
  start(metadata: Metadata, listener?: object): void {
    this.metadata = metadata;
    this.listener = listener as Listener;
  }
  sendMessageWithContext(context: { callback?: () => void }, message: unknown): void {
    this.did.push(message);
    context.callback?.();
  }
  sendMessage(message: unknown): void {
    this.sendMessageWithContext({}, message);
  }
  halfClose(): void {
    this.did.push("half-close");
  }
  startRead(): void {
    this.did.push("read");
  }
  cancelWithStatus(code: number, details: string): void {
    this.did.push(`cancel ${code}`);
    queueMicrotask(() => this.end(code, details));
  }
  getPeer(): string {
    return "peer";
  }
  end(code: number, details = "d", metadata = new Metadata()): void {
    this.listener?.onReceiveStatus({ code, details, metadata });
  }
}

const method = { path: "/shop.Orders/Get", requestStream: false, responseStream: false };
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise((next) => setImmediate(next));
};

/** A call through the interceptor: what was made of it on the wire, and what its caller has heard. */
function begin(
  policy: Policy<unknown, unknown>,
  {
    kind = {},
    options = {},
    callOptions = {},
  }: { kind?: Partial<typeof method>; options?: GrpcInterceptorOptions; callOptions?: object } = {},
) {
  const wire: Call[] = [];
  const heard: unknown[] = [];
  const intercept = grpcInterceptor(policy, options);
  const call = intercept({ method_definition: { ...method, ...kind }, ...callOptions }, (given) => {
    const made = new Call(given as object);
    wire.push(made);
    return made as never;
  });
  const listener: Listener = {
    onReceiveMetadata: (metadata) => void heard.push(metadata),
    onReceiveMessage: (message) => void heard.push(message),
    onReceiveStatus: (status) => void heard.push(status),
  };
  const start = (metadata = new Metadata()): void => call.start(metadata, listener as never);
  const send = (message: unknown): void => {
    start();
    call.sendMessage(message);
    call.halfClose();
  };
  return { call, wire, heard, start, send };
}

const policyOf = <F = never>({ retry, ...options }: PolicyOptions<unknown, F> = {}): Policy<unknown, F> =>
  new Policy({ retry: { strategy: constant(0), maxAttempts: 3, ...(retry as object) }, ...options });

describe("options", () => {
  test.each<[string, () => unknown, string]>([
    [
      "no policy",
      () => grpcInterceptor(undefined as never),
      "grpcInterceptor.policy must be a Policy, such as new Policy({ retry: {} })",
    ],
    ["the options of one", () => grpcOptions({ retry: {} } as never), "grpcOptions.policy must be a Policy"],
    ["an unknown option", () => grpcInterceptor(policyOf(), { idempotents: true } as never), "idempotents"],
    [
      "names where a function is due",
      () => grpcInterceptor(policyOf(), { idempotent: ["Get"] as never }),
      "grpcInterceptor.idempotent must be true, false or a function",
    ],
    [
      "a name for all",
      () => grpcInterceptor(policyOf(), { operation: "get" as never }),
      "grpcInterceptor.operation must be a function",
    ],
    [
      "a wrong word",
      () => grpcInterceptor(policyOf(), { streamOpensWith: "headers" as never }),
      "grpcInterceptor.streamOpensWith must be one of message, metadata",
    ],
  ])("%s is refused, with words that say what to do", (_what, make, words) => {
    expect(make).toThrow(words);
  });

  test("what is spread into a client switches the channel's own retries off", () => {
    expect(grpcOptions(policyOf())).toEqual({ interceptors: [expect.any(Function)], "grpc.enable_retries": 0 });
  });

  test("a promise is no yes", async () => {
    const { wire, heard, send } = begin(policyOf(), { options: { idempotent: (async () => true) as never } });
    send("m");
    wire[0]?.end(13);
    await turns();
    expect(outcomeOf(heard[0])).toMatchObject({ stopReason: "RETRY_REFUSED" });
  });

  test("the name of the operation is the method's path, or what the user makes of it", async () => {
    const names: unknown[] = [];
    const hooks = { onCallStart: ({ operation }: { readonly operation: string | null }) => void names.push(operation) };
    begin(policyOf({ hooks })).send("m");
    begin(policyOf({ hooks }), { options: { operation: (path) => path.split("/")[2] ?? "" } }).send("m");
    expect(names).toEqual(["/shop.Orders/Get", "Get"]);
  });
});

describe("a unary call", () => {
  test("begins when its request is complete, and sends it with every attempt", async () => {
    const { call, wire, heard, start } = begin(policyOf());
    const metadata = new Metadata();
    metadata.set("tenant", "a");
    start(metadata);
    metadata.set("tenant", "changed");
    call.sendMessage("m");
    expect(wire).toHaveLength(0);
    call.halfClose();
    expect(wire).toHaveLength(1);
    wire[0]?.metadata.set("by", "an interceptor further in");
    wire[0]?.end(14);
    await turns();
    expect(wire.map(({ did }) => did)).toEqual([
      ["m", "half-close"],
      ["m", "half-close"],
    ]);
    expect(wire[1]?.metadata.getMap()).toEqual({ tenant: "a", "grpc-previous-rpc-attempts": "1" });
    wire[1]?.listener?.onReceiveMessage("answer");
    wire[1]?.end(0);
    await turns();
    expect(heard).toMatchObject(["answer", { code: 0 }]);
  });

  test("tells its caller of one attempt only, whatever an earlier one still says", async () => {
    const { wire, heard, send } = begin(policyOf());
    send("m");
    wire[0]?.listener?.onReceiveMetadata(new Metadata());
    wire[0]?.listener?.onReceiveMessage(null);
    wire[0]?.end(14);
    await turns();
    wire[0]?.listener?.onReceiveMessage("late");
    wire[0]?.end(0);
    wire[1]?.listener?.onReceiveMessage("answer");
    wire[1]?.end(0);
    wire[1]?.end(0);
    await turns();
    expect(heard).toMatchObject(["answer", { code: 0 }]);
  });

  test("gives the listener that grpc-js knows as one that takes no next: a parameter each", () => {
    const { wire, send } = begin(policyOf());
    send("m");
    expect(wire[0]?.listener?.onReceiveMetadata).toHaveLength(1);
  });

  test("what its caller throws is uncaught, as it is without a policy, and is no failure of the call", async () => {
    const policy = policyOf();
    const uncaught: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.once("uncaughtException", (error) => uncaught.push(error));
    try {
      const { wire, send, heard } = begin(policy);
      heard.push = () => {
        throw new Error("of the caller");
      };
      send("m");
      wire[0]?.end(0);
      await turns();
      expect(uncaught).toMatchObject([{ message: "of the caller" }]);
      expect(wire).toHaveLength(1);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });

  test("that is cancelled before its request is complete sends nothing", async () => {
    const { call, wire, heard, start } = begin(policyOf());
    start();
    call.cancelWithStatus(1, "left");
    call.sendMessage("m");
    call.halfClose();
    await turns();
    expect(wire).toHaveLength(0);
    expect(heard).toMatchObject([{ code: 1, details: "left" }]);
  });

  test("that is cancelled before it starts tells so when it starts", async () => {
    const { call, wire, heard, send } = begin(policyOf());
    call.cancelWithStatus(1, "left");
    send("m");
    await turns();
    expect(wire).toHaveLength(0);
    expect(heard).toMatchObject([{ code: 1, details: "left" }]);
  });

  test("keeps the status that its caller cancelled with", async () => {
    const { call, wire, heard, send } = begin(policyOf());
    send("m");
    call.cancelWithStatus(12, "Too many responses received");
    call.cancelWithStatus(1, "again");
    await turns();
    expect(wire[0]?.did.at(-1)).toBe("cancel 1");
    expect(heard).toMatchObject([{ code: 12, details: "Too many responses received" }]);
  });

  test("of a policy that wraps gives the server's status, with the wrapped error behind it", async () => {
    const { wire, heard, send } = begin(policyOf({ retry: { onExhausted: "wrap", maxAttempts: 1 } }));
    send("m");
    wire[0]?.end(14, "busy");
    await turns();
    expect(heard).toMatchObject([{ code: 14, details: "busy", cause: { code: "ERR_REDRESS_RETRY_EXHAUSTED" } }]);
  });

  test("whose policy has a mistake ends with INTERNAL", async () => {
    const strategy = (): number => {
      throw new TypeError("of the strategy");
    };
    const { wire, heard, send } = begin(policyOf({ retry: { strategy } }));
    send("m");
    wire[0]?.end(14);
    await turns();
    expect(heard).toMatchObject([{ code: 13, details: "of the strategy" }]);
  });

  test("a policy without retry makes one attempt", async () => {
    const { wire, heard, send } = begin(new Policy());
    send("m");
    wire[0]?.end(14, "busy");
    await turns();
    expect(heard).toMatchObject([{ code: 14, details: "busy" }]);
    expect(outcomeOf(heard[0])).toMatchObject({ stopReason: "NO_RETRY" });
  });

  test("knows who answers", async () => {
    const { call, send } = begin(policyOf());
    expect(call.getPeer()).toBe("unknown");
    send("m");
    expect(call.getPeer()).toBe("peer");
    expect(call.getAuthContext?.()).toBeNull();
  });
});

describe("the deadline that an attempt is given", () => {
  const deadlineOf = (policy: Policy, callOptions: object, kind = {}): number => {
    const { wire, send } = begin(policy, { callOptions, kind });
    send("m");
    return Number(wire[0]?.options.deadline) - Date.now();
  };
  const policy = policyOf({ retry: { attemptTimeoutMs: 500_000, deadlineMs: 900_000 } });

  test.each<[string, object, number, number]>([
    ["of the policy, where the caller has none", {}, 400_000, 500_005],
    ["of the caller, where it is sooner", { deadline: Date.now() + 60_000 }, 50_000, 60_005],
    ["of the caller, as a date", { deadline: new Date(Date.now() + 60_000) }, 50_000, 60_005],
    ["of the policy, where the caller's is none", { deadline: Infinity }, 400_000, 500_005],
    [
      "of the server's call which it is made for",
      { parent: { cancelled: false, getDeadline: () => Date.now() + 60_000 } },
      50_000,
      60_005,
    ],
    [
      "of the policy, where it is not to go by that call",
      { parent: { cancelled: false, getDeadline: () => Date.now() + 60_000 }, propagate_flags: 8 },
      400_000,
      500_005,
    ],
  ])("is that %s", (_whose, callOptions, least, most) => {
    const leftMs = deadlineOf(policy, callOptions);
    expect(leftMs).toBeGreaterThan(least);
    expect(leftMs).toBeLessThanOrEqual(most);
  });

  test("is none of the policy's for a stream of answers, which is the caller's once it is open", () => {
    expect(deadlineOf(policy, {}, { responseStream: true })).toBe(Infinity);
    expect(deadlineOf(policy, { deadline: Date.now() + 60_000 }, { responseStream: true })).toBeLessThanOrEqual(60_005);
  });

  test("a call that has been cancelled with the server's call is not repeated", async () => {
    const parent = { cancelled: false, getDeadline: () => Infinity };
    const { wire, heard, send } = begin(policyOf(), { callOptions: { parent } });
    send("m");
    parent.cancelled = true;
    wire[0]?.end(14);
    await turns();
    expect(wire).toHaveLength(1);
    expect(heard).toMatchObject([{ code: 1 }]);
  });
});

describe("streams", () => {
  test("requests that come before the attempt begins are sent in order, once, and their callbacks called once", async () => {
    const { call, wire, heard, start } = begin(policyOf(), { kind: { requestStream: true } });
    let callbacks = 0;
    const callback = (): void => void callbacks++;
    start();
    call.sendMessageWithContext({ callback }, "a");
    call.sendMessageWithContext({ callback }, "b");
    call.halfClose();
    expect(wire[0]?.did).toEqual(["a", "b", "half-close"]);
    wire[0]?.end(14);
    await turns();
    expect(callbacks).toBe(2);
    expect(wire).toHaveLength(1);
    expect(heard).toMatchObject([{ code: 14 }]);
  });

  test("a writer is not left waiting where its call is turned away", async () => {
    const policy = policyOf({ circuitBreaker: { name: "b", failureThreshold: 1 }, retry: { maxAttempts: 1 } });
    const first = begin(policy);
    first.send("m");
    first.wire[0]?.end(14);
    await turns();
    const { call, wire, heard, start } = begin(policy, { kind: { requestStream: true } });
    const written = new Promise<void>((callback) => {
      start();
      call.sendMessageWithContext({ callback: () => callback() }, "a");
    });
    await written;
    await turns();
    expect(wire).toHaveLength(0);
    expect(heard).toMatchObject([{ code: 14, details: expect.stringContaining('"b"') }]);
    await new Promise<void>((callback) => call.sendMessageWithContext({ callback: () => callback() }, "b"));
  });

  test("a stream of answers reads its first message by itself, and then as its caller asks", async () => {
    const { call, wire, heard, send } = begin(policyOf(), { kind: { responseStream: true } });
    send("m");
    call.startRead();
    expect(wire[0]?.did).toEqual(["m", "half-close", "read"]);
    wire[0]?.listener?.onReceiveMessage(1);
    await turns();
    call.startRead();
    expect(wire[0]?.did.filter((what) => what === "read")).toHaveLength(2);
    wire[0]?.listener?.onReceiveMessage(2);
    wire[0]?.end(14, "gone");
    await turns();
    expect(heard).toMatchObject([1, 2, { code: 14, details: "gone" }]);
    expect(wire).toHaveLength(1);
  });

  test("one that is cancelled between its first message and the caller's hearing of it ends on the wire, too", async () => {
    const { call, wire, heard, send } = begin(policyOf(), { kind: { responseStream: true } });
    send("m");
    wire[0]?.listener?.onReceiveMessage(1);
    call.cancelWithStatus(1, "left");
    await turns();
    expect(wire[0]?.did.at(-1)).toBe("cancel 1");
    expect((heard.at(-1) as Status).code).toBe(1);
  });

  test("a fallback gives its messages, and a stream that lost to another is ended", async () => {
    const { wire, heard, send } = begin(policyOf({ fallback: () => [1, 2] }), { kind: { responseStream: true } });
    send("m");
    wire[0]?.end(5);
    await turns();
    expect(heard).toMatchObject([1, 2, { code: 0 }]);
    const judged = policyOf({
      retry: { resultClassifier: (first: unknown) => (first === "bad" ? "TRANSIENT" : null) } as object,
    });
    const again = begin(judged, { kind: { responseStream: true }, options: { idempotent: true } });
    again.send("m");
    again.wire[0]?.listener?.onReceiveMessage("bad");
    await turns();
    expect(again.wire[0]?.did.at(-1)).toBe("cancel 1");
    again.wire[1]?.listener?.onReceiveMessage("good");
    again.wire[1]?.end(0);
    await turns();
    expect(again.heard).toMatchObject(["good", { code: 0 }]);
  });
});
