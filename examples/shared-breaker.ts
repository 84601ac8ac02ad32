/* Two policies for one database: what one of them learns, the other one knows. Run it: npx tsx examples/shared-breaker.ts */
import { setTimeout as sleep } from "node:timers/promises";
import { CircuitBreaker, constant, Policy, TokenBudget, TransientError } from "redress";

const breaker = new CircuitBreaker({
  name: "database",
  failureThreshold: 2, // of calls, whatever the number of their attempts
  recoveryTimeoutMs: 50,
  onStateChange: ({ from, to }) => console.log(`  ${from} -> ${to}`),
});
const budget = new TokenBudget({ capacity: 3 });
const reads = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) }, circuitBreaker: breaker, budget });
const writes = new Policy({ circuitBreaker: breaker }); // writes are not repeated: one attempt

let down = true;
let queries = 0;
async function query(): Promise<string> {
  queries += 1;
  if (down) throw new TransientError("connection refused");
  return "3 rows";
}

async function show(what: string, policy: Policy): Promise<void> {
  const outcome = await policy.execute(query);
  console.log(`${what}: ${outcome.ok ? outcome.value : outcome.stopReason} (attempts: ${outcome.attempts})`);
}

await show("read", reads);
await show("write", writes);
await show("read", reads);

down = false;
await sleep(60);
await show("write", writes);
await show("read", reads);
console.log(`queries: ${queries}, calls rejected: ${breaker.stats.rejectedCalls}, tokens left: ${budget.remaining()}`);

/* Prints:
read: MAX_ATTEMPTS_GLOBAL (attempts: 3)
  closed -> open
write: NO_RETRY (attempts: 1)
read: CIRCUIT_OPEN (attempts: 0)
  open -> half_open
  half_open -> closed
write: 3 rows (attempts: 1)
read: 3 rows (attempts: 1)
queries: 6, calls rejected: 1, tokens left: 1.1
*/
