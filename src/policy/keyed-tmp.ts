import { Policy } from "./policy.ts";
import type { PolicyOptions } from "./policy-options.ts";
export interface KeyedPolicies<R = unknown, F = never> {
  for(key: string): Policy<R, F>;
}
export function keyed<R = unknown, F = never>(
  o: PolicyOptions<R, F> | Policy<R, F>,
  _m?: { maxKeys?: number },
): KeyedPolicies<R, F> {
  const m = new Map<string, Policy<R, F>>();
  return {
    for: (k) => {
      let p = m.get(k);
      if (!p) {
        p =
          o instanceof Policy
            ? o
            : new Policy<R, F>({
                ...o,
                ...(o.circuitBreaker && !("allow" in o.circuitBreaker) && { circuitBreaker: { name: k, ...o.circuitBreaker } }),
              } as PolicyOptions<R, F>);
        m.set(k, p);
      }
      return p;
    },
  };
}
