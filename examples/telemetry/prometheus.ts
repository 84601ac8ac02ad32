/* What Prometheus reads of calls whose dependency fails now and then. Run it: npx tsx examples/telemetry/prometheus.ts */
import * as client from "prom-client";
import { constant, Policy, TransientError } from "redress";
import { prometheusHooks } from "redress/prometheus";

const policy = new Policy({
  operation: "load_order",
  retry: { maxAttempts: 3, strategy: constant(1) },
  hooks: prometheusHooks({ client }),
});

for (let order = 1; order <= 10; order += 1)
  await policy.execute(({ attempt }) => {
    if (attempt <= order % 4) throw new TransientError("no answer");
  });

// What a server answers to GET /metrics, but for the histograms.
const text = await client.register.metrics();
console.log(
  text
    .split("\n")
    .filter((line) => /^redress_(calls|attempts|retries)/.test(line))
    .join("\n"),
);

/* Prints:
redress_calls_total{operation="load_order",outcome="success"} 8
redress_calls_total{operation="load_order",outcome="failure",stop_reason="MAX_ATTEMPTS_GLOBAL",class="TRANSIENT"} 2
redress_attempts_total{operation="load_order",outcome="retry",class="TRANSIENT",hedge="false"} 13
redress_attempts_total{operation="load_order",outcome="success",hedge="false"} 8
redress_attempts_total{operation="load_order",outcome="raise",class="TRANSIENT",hedge="false"} 2
redress_retries_total{operation="load_order",class="TRANSIENT"} 13
*/
