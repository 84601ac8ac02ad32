import { kindOf } from "../../doctor/index.ts";
import { policyOfKey } from "../../doctor/subjects/index.ts";
import type { CircuitBreaker } from "../../policy/circuit-breaker.ts";
import type { CircuitBreakerOptions } from "../../policy/circuit-breaker-options.ts";
import { Policy } from "../../policy/policy.ts";
import type { PolicyOptions } from "../../policy/policy-options.ts";
import { Retry, type RetryConfig } from "../../policy/retry.ts";
import { RetryPolicy } from "../../policy/retry-policy.ts";
import type { PolicyFactory } from "../../simulate/index.ts";
import { CommandError } from "../command-error.ts";
import { kindInWords } from "../print/index.ts";
import { checkableSubjects, type Subject, type SubjectFilter } from "./find-subjects.ts";
import { isOptionError } from "./option-error.ts";

/** What can be simulated: all that the doctor checks, and functions that make a policy. */
export const simulableSubjects: SubjectFilter = {
  inWords: `${checkableSubjects.inWords}, or function that makes one`,
  matches: (value) => checkableSubjects.matches(value) || kindInWords(value) === "a function",
};

/** The policy to simulate for a subject of a module. The subject may come from another copy of this package. */
export function policyOf({ name, value }: Subject): Policy | PolicyFactory {
  try {
    switch (kindOf(value)) {
      case "policy":
        return value as Policy;
      case "keyed policies":
        return policyOfKey(value, `a key of ${name}`) as Policy;
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
    throw new CommandError(`${name}: ${error.message} redress doctor tells more.`, { cause: error });
  }
}
