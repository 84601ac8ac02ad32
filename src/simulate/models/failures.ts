import type { Classification } from "../../core/failure/classification.ts";
import { ERROR_CLASSES, type ErrorClass, perClass } from "../../core/failure/error-class.ts";
import { aFunction, anObject, checkOptions, finiteFrom, ratioOrZero, refuse } from "../../core/option-rules.ts";
import { buildWrapped, checkDependency, type Dependency } from "../driver/index.ts";
import { activePeriods, type When, whenRules } from "./active-periods.ts";
import type { Latency } from "./latency.ts";

/** Which failures, and how often. */
export interface FailureOptions extends When {
  /** The share of requests that fail with each class: from 0 to 1, at most 1 together. */
  readonly mix: Readonly<Partial<Record<ErrorClass, number>>>;
  /** How long a failing request takes. @default at once */
  readonly latencyMs?: Latency | undefined;
  /** What these failures say of when to come back, in milliseconds, >= 0. @default they do not say */
  readonly retryAfterMs?: number | undefined;
}

/** A dependency that fails some requests at random, before it works on them. */
export function withFailures(dependency: Dependency, options: FailureOptions): Dependency {
  checkDependency("withFailures", dependency);
  const { mix, latencyMs, retryAfterMs, ...when } = checkOptions(
    "withFailures",
    options,
    { ...whenRules, mix: anObject, latencyMs: aFunction, retryAfterMs: finiteFrom(0) },
    ["mix"],
  );
  const draw = failureDraw(mix, retryAfterMs);
  const activeUntilMs = activePeriods("withFailures", when);

  return (world) => {
    const { service, countRequest } = buildWrapped("withFailures", dependency, world);
    return (request) => {
      const failure = activeUntilMs(world.now()) === null ? null : draw(world.random());
      if (failure === null) return service(request);
      countRequest();
      if (latencyMs === undefined) request.respond(failure);
      else world.after(latencyMs(world.random), () => request.respond(failure));
    };
  };
}

/** Returns a function of a random number: the failure that it stands for, or `null` for none. */
function failureDraw(mix: FailureOptions["mix"], retryAfterMs: number | undefined): (random: number) => Classification | null {
  const given = checkOptions("withFailures.mix", mix, perClass(ratioOrZero));
  const shares = ERROR_CLASSES.map((errorClass) => ({
    share: given[errorClass] ?? 0,
    failure: Object.freeze({ errorClass, ...(retryAfterMs !== undefined && { retryAfterMs }) }) as Classification,
  })).filter(({ share }) => share > 0);
  const sum = shares.reduce((total, { share }) => total + share, 0);
  // A sum of decimal shares may miss 1 by a rounding error.
  if (sum > 1 + 1e-9) refuse("withFailures.mix", "shares of at most 1 together", sum, RangeError);
  return (random) => {
    let left = random;
    for (const { share, failure } of shares) {
      if (left < share) return failure;
      left -= share;
    }
    return null;
  };
}
