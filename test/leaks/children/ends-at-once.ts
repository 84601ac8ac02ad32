// A deadline of a minute, calls that are over in no time: nothing may keep this process from ending.
import { CircuitBreaker, Policy } from "redress";

const breaker = new CircuitBreaker();
const policy = new Policy({
  retry: { deadlineMs: 60_000, attemptTimeoutMs: 50_000, strategy: () => 1 },
  circuitBreaker: breaker,
});
let failures = 0;
const flaky = async (): Promise<string> => {
  if (failures++ < 2) throw new Error("flaky");
  return "value";
};
console.log(
  await policy.call(flaky),
  await breaker.call(() => 1),
  policy.callSync(() => 2),
);
console.log(process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length);
