/* Two policies, checked and simulated before production. Run it: npx tsx examples/policies.ts */
import { Policy, unlimited } from "redress";
import { lint } from "redress/doctor";
import { scenarios, simulate } from "redress/simulate";

export const payments = new Policy({
  retry: { maxAttempts: 4 },
  circuitBreaker: { name: "payments", failureThreshold: 50, recoveryTimeoutMs: 5_000 },
});
/** What a loop of four attempts does. */
export const loop = new Policy({ retry: { maxAttempts: 4 }, budget: unlimited });

for (const { subject, rule, message } of lint({ payments, loop })) console.log(`${subject}: ${rule}\n  ${message}`);

const reports = simulate({ payments, loop }, scenarios.metastableOverload(), { seed: 1 });
for (const [name, { timeToRecoverMs, amplification }] of Object.entries(reports)) {
  const recovery = timeToRecoverMs === null ? "never recovers" : `recovers after ${timeToRecoverMs / 1000} s`;
  console.log(`${name}: ${recovery}, ${amplification < 1.5 ? "spares" : "overloads"} the dependency`);
}

/* Prints:
loop: no-budget
  retry.budget is unlimited: while the dependency is down, every call makes up to 4 requests, so the load on it multiplies just then.
payments: recovers after 3 s, spares the dependency
loop: never recovers, overloads the dependency
*/
