/* What fragments and JSDoc examples may use without saying where it comes from: stand-ins that do as little as possible. */
import { readFileSync as readFile } from "node:fs";
import { constant, Policy, type Progress, ServerError } from "redress";
import type { OtelApi, OtelContext } from "redress/otel";
import { root } from "./pages.ts";

// What reflect-metadata adds, which Nest imports.
Object.assign(Reflect, { defineMetadata: () => {}, getMetadata: () => undefined });

const span = {
  setAttribute: () => {},
  setAttributes: () => {},
  addEvent: () => {},
  setStatus: () => {},
  recordException: () => {},
  end: () => {},
};
const context: OtelContext = { getValue: () => undefined, setValue: () => context, deleteValue: () => context };
const meter = {
  createCounter: () => ({ add: () => {} }),
  createHistogram: () => ({ record: () => {} }),
  createObservableGauge: () => ({ addCallback: () => {} }),
};
const opentelemetry: OtelApi = {
  context: { active: () => context, with: (_context, run) => run() },
  trace: { getTracer: () => ({ startSpan: () => span }), setSpan: () => context },
  metrics: { getMeter: () => meter },
};
const promClient = {
  register: { registerMetric: (_metric: object) => {}, getSingleMetric: (_name: string): unknown => undefined },
  Counter: class {
    readonly labelNames: readonly string[];
    constructor({ labelNames }: { name: string; help: string; labelNames: readonly string[] }) {
      this.labelNames = labelNames;
    }
    inc(_labels: object, _value?: number): void {}
  },
};

interface AmqpStub {
  readonly content: { toString(): string } & Uint8Array;
  readonly fields: { readonly redelivered: boolean; readonly exchange: string; readonly routingKey: string };
  readonly properties: { readonly headers?: Readonly<Record<string, unknown>> };
}

interface NatsStub {
  readonly info: { stream: string; consumer: string; streamSequence: number; deliveryCount: number; timestampNanos: number };
  ackAck(): Promise<boolean>;
  nak(delayMs?: number): void;
  term(reason?: string): void;
  working(): void;
  json(): unknown;
}

/** Fresh for every fragment. What is logged or counted goes nowhere. */
export function stubs() {
  let failuresLeft = 1;
  const rows: readonly string[] = ["row 1", "row 2"];
  const order = { id: "7", amount: 10 };
  const message: { readonly body: string; readonly progress?: Progress | null } = { body: "hello" };
  const config = { maxAttempts: 3 };
  const connection = {
    query: async (_sql: string) => ({}),
    release: () => {},
    destroy: () => {},
    on: (_event: string, _listener: (error: Error) => void) => {},
    removeListener: (_event: string, _listener: () => void) => {},
  };
  return {
    // data
    id: "7",
    rows,
    order,
    message,
    config,
    // operations
    op: async () => "value",
    /** Fails once, then answers. */
    flaky: async () => {
      if (failuresLeft-- > 0) throw new ServerError();
      return "value";
    },
    fetchUser: async (id: string, _init?: { signal?: AbortSignal; headers?: Record<string, string> }) => ({ id }),
    getUser: async (id: string) => ({ id }),
    loadOrder: async (id: string) => ({ id }),
    fetchPrices: async () => [1, 2, 3],
    complete: async (prompt: string, _init?: { signal?: AbortSignal }) => `${prompt} Because.`,
    chat: async (prompt: string, _init?: { signal?: AbortSignal; maxTokens?: number }) => ({
      text: `${prompt} Because.`,
      usage: { totalTokens: 420 },
    }),
    chatStream: async (prompt: string, _init?: { signal?: AbortSignal }) => ({
      async *[Symbol.asyncIterator]() {
        yield prompt;
        yield "Because.";
      },
      usage: async () => ({ outputTokens: 350 }),
    }),
    transfer: async (_from: string, _to: string, _amount: number) => {},
    charge: async (charged: typeof order) => charged.amount,
    handle: async (_message: typeof message) => {},
    sendMail: async (_mail: unknown, _init?: { signal?: AbortSignal }) => {},
    save: async (_row: string) => {},
    store: async (_row: string) => {},
    use: (_value: unknown) => {},
    readFileSync: (_file: string, encoding: "utf8") => readFile(`${root}/package.json`, encoding),
    // other systems
    /** The modules @opentelemetry/api and prom-client. */
    api: opentelemetry,
    client: promClient,
    /** A web application. */
    app: {
      use: (..._middlewares: unknown[]) => {},
      register: (..._plugins: unknown[]) => {},
      get: (
        _route: string,
        _handler: (request: { params: { id: string } }, response: { json(value: unknown): void }) => unknown,
      ) => {},
      useGlobalFilters: (..._filters: unknown[]) => {},
      useGlobalInterceptors: (..._interceptors: unknown[]) => {},
    },
    /** What Nest tells a filter of its call, and decorators of Nest's. */
    host: { getType: () => "rpc", switchToHttp: () => ({ getRequest: () => ({}), getResponse: () => ({}) }) },
    Module: (_metadata: object) => {},
    UseInterceptors: (..._interceptors: unknown[]) => {},
    /** The module @sentry/node, a client of DogStatsD, and a PgBoss. */
    Sentry: { addBreadcrumb: (_breadcrumb: object) => {}, captureException: (_error: unknown, _context?: object) => "id" },
    StatsD: class {
      increment(_stat: string, _value?: number, _tags?: unknown): void {}
      distribution(_stat: string, _value: number, _tags?: unknown): void {}
      gauge(_stat: string, _value: number, _tags?: unknown): void {}
    },
    boss: {
      getDb: () => ({ executeSql: async () => ({ rows: [] }) }),
      complete: async () => {},
      getJobById: async () => null,
      work: async (
        _queue: string,
        _options: object,
        _handler: (jobs: { id: string; name: string; data: unknown }[]) => Promise<unknown>,
      ) => "id",
    },
    send: async (_mail: unknown, _init?: { signal?: AbortSignal }) => {},
    logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, bindings: () => ({}), child: () => ({}) },
    /** The module @temporalio/activity, and an activity. */
    activity: {
      Context: {
        current: (): never => {
          throw new Error("Activity context not initialized");
        },
      },
      ApplicationFailure: { create: (facts: { message: string }) => Object.assign(new Error(facts.message), facts) },
      asyncLocalStorage: { run: (_context: never, inside: () => unknown) => inside() },
    },
    queue: {
      putBack: async (_message: typeof message, _options: { delayMs: number | null }) => {},
      bury: async (_message: typeof message, _why: string) => {},
    },
    /** A channel of amqplib, and a consumer and a bucket of JetStream, all without messages. */
    channel: {
      consume: async (_queue: string, _onMessage: (message: AmqpStub | null) => void) => ({ consumerTag: "tag" }),
      cancel: async () => {},
      prefetch: async () => {},
      checkQueue: async () => {},
      assertQueue: async () => {},
      assertExchange: async () => {},
      bindQueue: async () => {},
      publish: () => true,
      waitForConfirms: async () => {},
      ack: () => {},
      nack: () => {},
      on: () => {},
      removeListener: () => {},
    },
    consumer: {
      next: (_options: { expires: number }) => new Promise<NatsStub | null>(() => {}),
      info: async () => ({ config: { ack_policy: "explicit" } }),
    },
    bucket: { get: async () => null, put: async () => {}, delete: async () => {} },
    pool: { connect: async () => connection, getConnection: async () => connection },
    cache: { get: (_key: string): number[] => [] },
    log: { info: (..._words: unknown[]) => {}, warn: (..._words: unknown[]) => {} },
    tracer: { startSpan: (_name: string, _parent?: object) => ({ end: (_status: string) => {} }) },
    metrics: { increment: (_name: string, _tags: object) => {} },
    console: { log: (..._words: unknown[]) => {} },
    QuotaError: class QuotaError extends Error {},
    TimeoutError: class TimeoutError extends Error {},
    policy: new Policy({ retry: { strategy: constant(0) } }),
  };
}
