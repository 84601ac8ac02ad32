/* The real SDK of OpenTelemetry, with exporters that keep what they get: one for the process, as its API has it. */
import * as api from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

export const spanExporter = new InMemorySpanExporter();
export const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
const manager = new AsyncLocalStorageContextManager().enable();

api.context.setGlobalContextManager(manager);
api.trace.setGlobalTracerProvider(tracerProvider);

/** A meter of its own, and what it has counted. */
export function metering() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 30 });
  const provider = new MeterProvider({ readers: [reader] });
  const collect = async () => {
    await reader.forceFlush();
    const metrics =
      exporter
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    exporter.reset();
    return metrics;
  };
  return {
    meter: provider.getMeter("test"),
    collect,
    /** The points of a metric: what each has counted, by its attributes. */
    points: async (name: string): Promise<{ attributes: api.Attributes; value: number }[]> => {
      const found = (await collect()).find(({ descriptor }) => descriptor.name === name);
      return (found?.dataPoints ?? []).map(({ attributes, value }) => ({
        attributes,
        value: typeof value === "number" ? value : (value as { count: number }).count,
      }));
    },
  };
}

export const finished = (): ReadableSpan[] => spanExporter.getFinishedSpans();

export const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;

export const childrenOf = (parent: ReadableSpan): ReadableSpan[] =>
  finished().filter((span) => parentOf(span) === parent.spanContext().spanId);

/** What is there, as the test has said. */
export function the<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("there is none");
  return found;
}
