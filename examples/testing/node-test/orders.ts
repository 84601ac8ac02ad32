import { Policy, type PolicyOptions } from "redress";

export interface Order {
  readonly id: string;
  readonly state: "open" | "paid";
}

export type LoadOrder = (id: string, signal: AbortSignal) => Promise<Order>;

export const orderOptions = {
  operation: "load_order",
  retry: { maxAttempts: 4, deadlineMs: 10_000, attemptTimeoutMs: 1_000 },
  circuitBreaker: { name: "orders", failureThreshold: 5 },
} satisfies PolicyOptions;

/** Orders, from a service that fails now and then. The policy is handed in, so that a test can hand in another. */
export class Orders {
  readonly #load: LoadOrder;
  readonly #policy: Policy;

  constructor(load: LoadOrder, policy: Policy = new Policy(orderOptions)) {
    this.#load = load;
    this.#policy = policy;
  }

  find(id: string): Promise<Order> {
    return this.#policy.call(({ signal }) => this.#load(id, signal));
  }
}
