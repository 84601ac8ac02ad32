/*
 * Which span is current. The module @opentelemetry/api says it, where it is given. A tracer alone cannot; but the API keeps its context manager where every copy
 * of it, of whichever version 1.x, finds the one that was registered, and keeps the span in a context under a key that all of them share.
 */
import type { OtelApi, OtelContext, OtelSpan } from "./otel-shapes.ts";

/** What spans need of a context. */
export interface SpanContexts {
  active(): OtelContext;
  /** The context with this span as the current one. */
  withSpan(context: OtelContext, span: OtelSpan): OtelContext;
  run<T>(context: OtelContext, run: () => T): T;
}

export const contextsOf = ({ context, trace }: OtelApi): SpanContexts => ({
  active: () => context.active(),
  withSpan: (within, span) => trace.setSpan(within, span as never),
  run: (within, run) => context.with(within, run),
});

const GLOBAL = Symbol.for("opentelemetry.js.api.1");
const SPAN = Symbol.for("OpenTelemetry Context Key SPAN");

interface Registered {
  readonly [GLOBAL]?: { readonly context?: OtelApi["context"] };
}

/** For a tracer that is given without the API: what was registered with whichever copy of it, looked up when it is needed. */
export const registeredContexts: SpanContexts = {
  active: () => manager()?.active() ?? EMPTY,
  withSpan: (context, span) => context.setValue(SPAN, span),
  run: (context, run) => {
    const registered = manager();
    return registered === undefined ? run() : registered.with(context, run);
  },
};

const manager = (): OtelApi["context"] | undefined => (globalThis as Registered)[GLOBAL]?.context;

/** A context where none was registered: a call's span is the parent of its attempts' all the same. */
class OwnContext implements OtelContext {
  readonly #values: ReadonlyMap<symbol, unknown>;

  constructor(values: ReadonlyMap<symbol, unknown>) {
    this.#values = values;
  }

  getValue(key: symbol): unknown {
    return this.#values.get(key);
  }

  setValue(key: symbol, value: unknown): OtelContext {
    return new OwnContext(new Map([...this.#values, [key, value]]));
  }

  deleteValue(key: symbol): OtelContext {
    return new OwnContext(new Map([...this.#values].filter(([each]) => each !== key)));
  }
}

const EMPTY: OtelContext = /* @__PURE__ */ new OwnContext(new Map());
