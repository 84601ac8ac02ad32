import {
  aboveZero,
  arrayOf,
  type OptionTable,
  objectWith,
  refuse,
  requireOptions,
  trueOrFalse,
} from "../../clients/options/index.ts";
import type { Hooks } from "../../index.ts";
import { DURATION_BUCKETS, type GaugeSource, meteredHooks } from "../../telemetry/index.ts";
import type { OtelApi, OtelMeter, OtelTracer } from "./otel-shapes.ts";
import { observeGauges, otelSink } from "./otel-sink.ts";
import { contextsOf, registeredContexts } from "./span-contexts.ts";
import { spanHooks } from "./spans.ts";

/** Where spans and metrics go. One of `api`, `tracer` and `meter` at least. */
export interface OtelOptions {
  /** The module @opentelemetry/api: spans and metrics go to the providers that were registered with it, under the name `redress`. */
  readonly api?: OtelApi | undefined;
  /** Makes the spans. @default that of `api`; without both there are no spans */
  readonly tracer?: OtelTracer | undefined;
  /** Makes the metrics. @default that of `api`; without both there are no metrics */
  readonly meter?: OtelMeter | undefined;
  /** What the gauges of circuits, budgets, limiters and amplification are read from: that of `redress/registry`. @default none: there are no gauges */
  readonly registry?: GaugeSource | undefined;
  /**
   * Whether what an operation throws is recorded in the span of its attempt, message and stack included, which may be anybody's data. @default false
   */
  readonly recordExceptions?: boolean | undefined;
  /** The upper bounds of the buckets of durations, in seconds, as an advice to the meter. @default from 1 ms to 60 s */
  readonly buckets?: readonly number[] | undefined;
}

const table: OptionTable<keyof OtelOptions> = {
  rules: {
    api: {
      text: "the module @opentelemetry/api",
      type: "object",
      ok: ({ context, trace, metrics }: { [Name in keyof OtelApi]?: unknown }) =>
        [context, trace, metrics].every((part) => typeof part === "object" && part !== null),
    },
    tracer: objectWith("a tracer of OpenTelemetry", ["startSpan"]),
    meter: objectWith("a meter of OpenTelemetry", ["createCounter", "createHistogram", "createObservableGauge"]),
    registry: objectWith("a registry, with snapshot()", ["snapshot"]),
    recordExceptions: trueOrFalse,
    buckets: arrayOf("an array of numbers > 0", aboveZero),
  },
};

/**
 * Traces calls and counts them, with OpenTelemetry: a span per call and one per attempt, which is current while the operation runs, so that the spans of HTTP clients
 * and drivers nest below it; and the metrics of `redress.*`. They can be shared by any number of policies.
 *
 * @throws TypeError or RangeError for wrong, unknown or missing options
 * @example
 * import * as api from "@opentelemetry/api";
 * import { otelHooks } from "redress/otel";
 *
 * const policy = new Policy({ operation: "load_order", retry: {}, hooks: otelHooks({ api }) });
 */
export function otelHooks(options: OtelOptions): Hooks {
  const {
    api,
    registry,
    recordExceptions = false,
    buckets = DURATION_BUCKETS,
    ...given
  } = requireOptions("otelHooks", options, table);
  const tracer = given.tracer ?? api?.trace.getTracer("redress");
  const meter = given.meter ?? api?.metrics.getMeter("redress");
  if (tracer === undefined && meter === undefined) refuse("otelHooks", "given api, tracer or meter", options);
  if (meter === undefined && registry !== undefined)
    refuse("otelHooks.registry", "given with api or meter: its gauges are metrics", registry);
  const hooks: Hooks[] = [];
  if (tracer !== undefined)
    hooks.push(spanHooks({ tracer, contexts: api === undefined ? registeredContexts : contextsOf(api), recordExceptions }));
  if (meter !== undefined) hooks.push(meteredHooks(otelSink(meter, buckets)));
  if (meter !== undefined && registry !== undefined) observeGauges(meter, registry);
  return inTurn(hooks);
}

/** All of them as one. What one throws is thrown once the others have been told. */
function inTurn([first = {}, second]: readonly Hooks[]): Hooks {
  if (second === undefined) return first;
  const both =
    <Given extends unknown[]>(one: ((...given: Given) => void) | undefined, other: ((...given: Given) => void) | undefined) =>
    (...given: Given): void => {
      try {
        one?.(...given);
      } finally {
        other?.(...given);
      }
    };
  return {
    ...first,
    ...second,
    onAttemptEnd: both(first.onAttemptEnd, second.onAttemptEnd),
    onCallEnd: both(first.onCallEnd, second.onCallEnd),
  };
}
