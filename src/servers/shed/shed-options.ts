import { aFunction, arrayOf, type OptionRule, type OptionTable, objectWith, report } from "../../clients/options/index.ts";
import type { Limiter } from "../../index.ts";

/** How much a request matters: one that is `exempt` passes the limiter by. */
export type Priority = "exempt" | "high" | "normal" | "low";

/** Which requests a server takes on while it has more than it can do. */
export interface ShedOptions<Request = never> {
  /**
   * Admits each request before anything is done for it, such as a `new AdaptiveConcurrency()`, which finds out how many at a time are right, or a `Bulkhead`. A request
   * that it turns away is answered at once: 503 with `Retry-After`. One limiter for one server: what it learns is about that. @default none: every request is taken on
   */
  readonly limiter?: Limiter | undefined;
  /**
   * How much a request matters. Of the places of the limiter, and of its queue, requests that are `low` fill half, `normal` ones nine tenths, `high` ones all; one
   * that is `exempt` takes none, and is never turned away. Asked before a body is read and, in most frameworks, before a route has matched.
   * @default every request may fill all places
   */
  readonly priority?: PriorityOf<Request> | undefined;
  /**
   * The paths of health checks, each beginning with "/", without a query: GET and HEAD of these are never turned away, since an overloaded server that seems dead is
   * restarted, which helps nobody. @default ["/health", "/healthz", "/health/live", "/health/ready", "/livez", "/readyz"]
   */
  readonly exemptPaths?: readonly string[] | undefined;
}

/** A function of the framework's own request, whose type is wider than what is known of it here: so it is a method to the compiler. */
type PriorityOf<Request> = { of(request: Request): Priority }["of"];

const limiter = objectWith("a limiter, such as new AdaptiveConcurrency()", ["admit", "release"]);

const besideLimiter: OptionRule["inside"] = (value: unknown, place, { limiter }) => {
  if (limiter === undefined)
    report(place, value, { text: "left out where limiter is not given", type: "", why: "contradiction" });
};

const path: OptionRule = {
  text: 'a path that begins with "/", without a query',
  type: "string",
  ok: (value: string) => /^\/[^?#]*$/.test(value),
};
const paths = arrayOf("an array of paths", path);

/** The rules of these options, for tables that have more. */
export const shedRules: OptionTable<keyof ShedOptions>["rules"] = {
  limiter,
  priority: {
    ...aFunction,
    inside: (value: unknown, place, beside) => {
      besideLimiter(value as never, place, beside);
      const { limiter } = beside as { readonly limiter?: { readonly inUse?: unknown } };
      if (limiter !== undefined && typeof limiter?.inUse !== "number")
        report(place, value, { text: "left out where limiter has no places, as a RateLimiter", type: "", why: "contradiction" });
    },
  },
  exemptPaths: {
    ...paths,
    inside: (value: never, place, beside) => {
      besideLimiter(value, place, beside);
      paths.inside?.(value, place, beside);
    },
  },
};
