/* What reaches Sentry, and what does not. The transport prints instead of sending. Run it: npx tsx examples/telemetry/sentry.ts */
import * as Sentry from "@sentry/node";
import { constant, Policy, TransientError } from "redress";
import { sentryHooks } from "redress/sentry";

Sentry.init({
  dsn: "https://key@example.org/1",
  defaultIntegrations: false,
  beforeSend: ({ exception, level, tags, fingerprint, breadcrumbs }) => {
    console.log(level, exception?.values?.at(-1)?.type, fingerprint, tags);
    for (const { message, level: crumb } of breadcrumbs ?? []) console.log(`  ${crumb} ${message}`);
    return null;
  },
});

const policy = new Policy({
  operation: "read_order",
  retry: { strategy: constant(10), maxAttempts: 2 },
  circuitBreaker: { name: "orders-db", failureThreshold: 1, recoveryTimeoutMs: 10_000 },
  hooks: sentryHooks(Sentry),
});
const query = async (): Promise<never> => {
  throw new TransientError("the database refuses connections");
};

await policy.call(query).catch(() => {});
// The circuit is open now: that is expected, and was told.
await policy.call(query).catch(() => {});
await Sentry.close();

/* Prints:
error TransientError [ 'read_order', 'MAX_ATTEMPTS_GLOBAL', 'TRANSIENT' ] {
  'redress.operation': 'read_order',
  'redress.stop_reason': 'MAX_ATTEMPTS_GLOBAL',
  'redress.class': 'TRANSIENT',
  'redress.err': 'TransientError',
  'redress.cause': 'exception'
}
  info retry
  warning max_attempts_exceeded
  warning circuit_opened
*/
