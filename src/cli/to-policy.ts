import { kindOf } from "../doctor/index.ts";
import type { CircuitBreaker } from "../policy/circuit-breaker.ts";
import type { CircuitBreakerOptions } from "../policy/circuit-breaker-options.ts";
import { Policy } from "../policy/policy.ts";
import type { PolicyOptions } from "../policy/policy-options.ts";
import { Retry, type RetryConfig } from "../policy/retry.ts";
import { RetryPolicy } from "../policy/retry-policy.ts";
import type { PolicyFactory } from "../simulate/index.ts";
import { CouldNotRun } from "./could-not-run.ts";
import { isOptionError } from "./option-error.ts";
import { aSubject, type Subject, type Wanted } from "./target.ts";
import { kindInWords } from "./value-kind.ts";

/** What can be simulated: all that the doctor looks at, and functions that make a policy. */
export const aPolicy: Wanted = {
  inWords: `${aSubject.inWords}, or function that makes one`,
  is: (value) => aSubject.is(value) || kindInWords(value) === "a function",
};

/** The policy that something found in a module stands for. It may come from another copy of this package. */
export function toPolicy({ name, value }: Subject): Policy | PolicyFactory {
  try {
    switch (kindOf(value)) {
      case "policy":
        return value as Policy;
      case "retry":
        return new Policy({ retry: Retry.from((value as Retry).settings) });
      case "breaker":
        return new Policy({ circuitBreaker: value as CircuitBreaker });
      case "retry config":
        return RetryPolicy.from(value as RetryConfig);
      case "policy options":
        return new Policy(value as PolicyOptions);
      case "breaker options":
        return new Policy({ circuitBreaker: value as CircuitBreakerOptions });
      case null:
        return value as PolicyFactory;
    }
  } catch (error) {
    if (!isOptionError(error)) throw error;
    throw new CouldNotRun(`${name}: ${error.message} redress doctor tells more.`, { cause: error });
  }
}
