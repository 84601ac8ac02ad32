/* What a service logs while its database refuses, and when its circuit opens. Run it: npx tsx examples/telemetry/pino.ts */
import { pino } from "pino";
import { constant, Policy, TransientError } from "redress";
import { pinoHooks } from "redress/pino";

const logger = pino({
  base: null,
  timestamp: false,
  // How long a call took is another number every time.
  formatters: { level: (level) => ({ level }), log: ({ elapsed_ms: _elapsed, ...fields }) => fields },
});

const policy = new Policy({
  operation: "read_order",
  retry: { strategy: constant(10), maxAttempts: 2 },
  circuitBreaker: { name: "orders-db", failureThreshold: 1, recoveryTimeoutMs: 10_000 },
  hooks: pinoHooks(logger),
});

let refusals = 1;
const query = async (): Promise<string> => {
  if (refusals-- > 0) throw new TransientError("postgres://user:secret@db refuses connections");
  return "order 7";
};

await policy.call(query);
refusals = 9;
await policy.call(query).catch(() => {});
await policy.call(query).catch(() => {});

/* Prints:
{"level":"info","operation":"read_order","attempts":2,"msg":"call succeeded after a retry"}
{"level":"warn","attempt":0,"sleep_ms":0,"state":"open","class":"TRANSIENT","operation":"read_order","msg":"circuit opened"}
{"level":"error","operation":"read_order","attempts":2,"stop_reason":"MAX_ATTEMPTS_GLOBAL","class":"TRANSIENT","err":"TransientError","cause":"exception","msg":"call failed"}
{"level":"warn","operation":"read_order","attempts":0,"stop_reason":"CIRCUIT_OPEN","msg":"call stopped"}
*/
