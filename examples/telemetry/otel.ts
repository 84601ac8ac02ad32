/* The spans of a call that is retried: its attempts, and what its operation does in each. Run it: npx tsx examples/telemetry/otel.ts */
import * as api from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { constant, Policy, TransientError } from "redress";
import { otelHooks } from "redress/otel";

// A service has this from its OpenTelemetry SDK.
const exporter = new InMemorySpanExporter();
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
const tracer = api.trace.getTracer("orders");

const policy = new Policy({
  operation: "load_order",
  retry: { maxAttempts: 3, strategy: constant(1) },
  hooks: otelHooks({ api }),
});

await tracer.startActiveSpan("GET /orders/:id", async (request) => {
  await policy.call(async ({ attempt }) => {
    tracer.startSpan("SELECT orders").end();
    if (attempt === 1) throw new TransientError("no answer");
  });
  request.end();
});

const spans = exporter.getFinishedSpans();
const print = (parent: string | undefined, indent: string): void => {
  for (const span of spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)) {
    console.log(`${indent}${span.name} ${JSON.stringify(span.attributes)}`);
    print(span.spanContext().spanId, `${indent}  `);
  }
};
print(undefined, "");

/* Prints:
GET /orders/:id {}
  load_order {"redress.operation":"load_order","redress.attempts":2,"redress.outcome":"success"}
    redress attempt {"redress.attempt":1,"redress.decision":"retry","error.type":"TRANSIENT"}
      SELECT orders {}
    redress attempt {"redress.attempt":2,"http.request.resend_count":1,"redress.decision":"success"}
      SELECT orders {}
*/
