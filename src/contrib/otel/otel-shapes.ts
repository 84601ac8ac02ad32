/* What of @opentelemetry/api 1.x is met, by shape. */

export type AttributeValue = string | number | boolean;

export type SpanAttributes = Record<string, AttributeValue>;

/** By which a span is known elsewhere. */
interface OtelSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
}

export interface SpanLink {
  readonly context: OtelSpanContext;
}

export interface OtelSpan {
  spanContext?(): OtelSpanContext;
  setAttribute(key: string, value: AttributeValue): unknown;
  setAttributes(attributes: SpanAttributes): unknown;
  addEvent(name: string, attributes?: SpanAttributes): unknown;
  setStatus(status: { readonly code: number }): unknown;
  recordException(exception: Error | string): void;
  end(): void;
}

/** A context is handed on as it is: only the API looks into it. */
export interface OtelContext {
  getValue(key: symbol): unknown;
  setValue(key: symbol, value: unknown): OtelContext;
  deleteValue(key: symbol): OtelContext;
}

export interface OtelTracer {
  startSpan(
    name: string,
    options?: { kind?: number; attributes?: SpanAttributes; links?: SpanLink[] },
    context?: OtelContext,
  ): OtelSpan;
}

export interface OtelCounter {
  add(value: number, attributes?: SpanAttributes): void;
}

export interface OtelHistogram {
  record(value: number, attributes?: SpanAttributes): void;
}

export interface OtelObservable {
  addCallback(callback: (result: { observe(value: number, attributes?: SpanAttributes): void }) => void): void;
}

export interface OtelMetricOptions {
  description?: string;
  unit?: string;
  advice?: { explicitBucketBoundaries?: number[] };
}

export interface OtelMeter {
  createCounter(name: string, options?: OtelMetricOptions): OtelCounter;
  createHistogram(name: string, options?: OtelMetricOptions): OtelHistogram;
  createObservableGauge(name: string, options?: OtelMetricOptions): OtelObservable;
}

/** The module @opentelemetry/api. */
export interface OtelApi {
  readonly context: {
    active(): OtelContext;
    with<T>(context: OtelContext, run: () => T): T;
  };
  readonly trace: {
    getTracer(name: string): OtelTracer;
    setSpan(context: OtelContext, span: never): OtelContext;
  };
  readonly metrics: { getMeter(name: string): OtelMeter };
}
