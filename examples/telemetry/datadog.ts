/* The lines that reach Datadog's agent for a call that succeeds at its second attempt. Run it: npx tsx examples/telemetry/datadog.ts */
import StatsD from "hot-shots";
import { constant, Policy, TransientError } from "redress";
import { datadogHooks } from "redress/datadog";

// As for a test: nothing is sent, and the lines are kept.
const statsd = new StatsD({ mock: true, globalTags: { service: "orders" } });

const policy = new Policy({
  operation: "read_order",
  retry: { strategy: constant(10) },
  hooks: datadogHooks({ statsd }),
});

let refusals = 1;
await policy.call(async () => {
  if (refusals-- > 0) throw new TransientError("refused");
});

for (const line of statsd.mockBuffer ?? []) if (line.includes("|c") && !line.includes("asleep")) console.log(line);
statsd.close();

/* Prints:
redress.attempts:1|c|#service:orders,operation:read_order,outcome:retry,class:TRANSIENT,hedge:false
redress.retries:1|c|#service:orders,operation:read_order,class:TRANSIENT
redress.attempts:1|c|#service:orders,operation:read_order,outcome:success,hedge:false
redress.calls:1|c|#service:orders,operation:read_order,outcome:success
*/
