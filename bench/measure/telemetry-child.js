// One way of observing calls that succeed at once, in nanoseconds for each: the best of many batches.
import * as api from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { Registry } from "prom-client";
import { bestBatch } from "./best-batch.js";

const [mode, dist] = process.argv.slice(2);
const { Policy } = await import(`${dist}index.js`);
const { otelHooks } = await import(`${dist}contrib/otel/index.js`);
const { prometheusHooks } = await import(`${dist}contrib/prometheus/index.js`);

const spans = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [spans] }));
const tracer = api.trace.getTracer("redress");
const meter = new MeterProvider().getMeter("redress");

const hooksOf = {
  "no hooks": () => undefined,
  "hooks that do nothing": () => ({ onAttemptStart() {}, onAttemptEnd() {}, onCallEnd() {} }),
  prometheus: () => prometheusHooks({ register: new Registry() }),
  "otel, metrics": () => otelHooks({ meter }),
  "otel, spans": () => otelHooks({ tracer }),
};

const operation = async () => 1;
const policyOf = (hooks) => new Policy({ operation: "load", retry: { deadlineMs: 60_000 }, hooks });

/** The same spans, with the same attributes, and the same context, made by hand around a call without hooks. */
function byHand() {
  const policy = policyOf(undefined);
  return async () => {
    const around = api.context.active();
    const call = tracer.startSpan("load", { kind: 0, attributes: { "redress.operation": "load" } }, around);
    const within = api.trace.setSpan(around, call);
    const value = await policy.call(async () => {
      const attempt = tracer.startSpan("redress attempt", { kind: 0, attributes: { "redress.attempt": 1 } }, within);
      const result = await api.context.with(api.trace.setSpan(api.context.active(), attempt), operation);
      attempt.setAttribute("redress.decision", "success");
      attempt.end();
      return result;
    });
    call.setAttribute("redress.attempts", 1);
    call.setAttribute("redress.outcome", "success");
    call.end();
    return value;
  };
}

const hooks = hooksOf[mode]?.();
const policy = policyOf(hooks);
const call = mode === "the same spans by hand" ? byHand() : () => policy.call(operation);

console.log(await bestBatch(call));
