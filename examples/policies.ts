/* Two policies, checked and simulated before production. Run it: npx tsx examples/policies.ts */
import { Policy, TokenBudget, unlimited } from "redress";
import { lint } from "redress/doctor";
import { scenarios, simulate } from "redress/simulate";

export const payments = new Policy({
  retry: { maxAttempts: 4 },
  budget: new TokenBudget({ capacity: 10 }),
  circuitBreaker: { name: "payments", failureThreshold: 50, recoveryTimeoutMs: 5_000 },
});
export const old = new Policy({ retry: { maxAttempts: 4 }, budget: unlimited });

for (const { subject, rule, message } of lint({ payments, old })) console.log(`${subject}: ${rule}\n  ${message}`);

const reports = simulate({ payments, old }, scenarios.metastableOverload(), { seed: 1 });
for (const [name, { timeToRecoverMs, amplification }] of Object.entries(reports)) {
  const recovery = timeToRecoverMs === null ? "never recovers" : `recovers after ${timeToRecoverMs / 1000} s`;
  console.log(`${name}: ${recovery}, ${amplification < 1.5 ? "spares" : "overloads"} the dependency`);
}

/* Prints:
old: no-budget
  retry.budget is unlimited: while the dependency is down, every call makes up to 4 requests, so the load on it multiplies just then.
payments: recovers after 3 s, spares the dependency
old: never recovers, overloads the dependency
*/
