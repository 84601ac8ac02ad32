/* What the traffic is made with: policies that are counted, ways to call them, signals that outlive the calls, and what must be at rest when no call is under way. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptInfo, CallOptions, ExecuteOptions, Outcome, PolicyOptions } from "redress";
import { outcomeOf, Policy, unlimited } from "redress";
import { Ledger } from "./ledger.ts";

export type Body = (attempt: AttemptInfo) => unknown;

/** One kind of call. `run` makes one, or a few, and settles when these have. */
export interface Kind {
  readonly name: string;
  readonly run: () => unknown;
  /** Made once in so many turns. @default 1 */
  readonly oneIn?: number;
}

/** A limiter's count of who is in it. */
export interface AtRest {
  readonly name: string;
  readonly busy: () => number;
}

export class Soak {
  readonly ledger = new Ledger();
  /** Never aborts: what listens to it must leave when its call has ended. */
  readonly forever = new AbortController();
  /** What must be 0 when no call is under way. */
  readonly atRest: AtRest[] = [];
  /** What ends with the soak: subscriptions. */
  readonly ends: (() => void)[] = [];
  readonly #policies: Pick<Policy, "inFlight" | "idle">[] = [];
  #group = new AbortController();
  #ofGroup = 0;

  /** A policy that is counted and looked at until the end. */
  policy(options: PolicyOptions<unknown, unknown>): Policy<unknown, unknown> {
    return this.keep(this.passing(options));
  }

  /** A policy that is counted, and let go of. */
  passing(options: PolicyOptions<unknown, unknown>): Policy<unknown, unknown> {
    return new Policy(this.counted(options));
  }

  /** With the hooks and the discard of the ledger. Retries are as many as they like: budgets have traffic of their own. */
  counted({ hooks = [], retry, ...options }: PolicyOptions<unknown, unknown>): PolicyOptions<unknown, unknown> {
    return {
      ...options,
      ...(retry !== undefined && { retry: options.budget === undefined ? { budget: unlimited, ...retry } : retry }),
      hooks: [this.ledger.hooks, ...(Array.isArray(hooks) ? hooks : [hooks])],
      discard: this.ledger.discard,
      onHookError: () => {
        this.ledger.hookErrors += 1;
      },
    };
  }

  /** Looked at until the end: its calls are over when none is under way. */
  keep<P extends Pick<Policy, "inFlight" | "idle">>(policy: P): P {
    this.#policies.push(policy);
    this.atRest.push({ name: "calls in flight", busy: () => policy.inFlight });
    return policy;
  }

  /** Resolves when no policy has a call in flight. */
  async idle(): Promise<void> {
    await Promise.all(this.#policies.map((policy) => policy.idle()));
  }

  end(): void {
    for (const end of this.ends) end();
  }

  /** A signal that several hundred calls share, before it aborts. */
  groupSignal(): AbortSignal {
    this.#ofGroup += 1;
    if (this.#ofGroup % 300 === 0) {
      const { signal } = this.#group;
      setImmediate((group: AbortController) => group.abort(new Error("all of you")), this.#group);
      this.#group = new AbortController();
      return signal;
    }
    return this.#group.signal;
  }

  // ---- ways to call

  async execute(
    policy: Pick<Policy<unknown, unknown>, "execute">,
    body: Body,
    options: ExecuteOptions = {},
  ): Promise<Outcome<unknown>> {
    this.ledger.begun += 1;
    const { resume = null } = options;
    const before = (resume as { attempts?: number } | null)?.attempts ?? 0;
    const outcome = await policy.execute(this.operation(body), options);
    this.ledger.settle(outcome, before);
    return outcome;
  }

  /** Not with a signal whose reason several calls throw: `outcomeOf` tells of the latest of them. */
  async call(policy: Pick<Policy<unknown, unknown>, "call">, body: Body, options: CallOptions = {}): Promise<void> {
    this.ledger.begun += 1;
    let invoked = 0;
    const operation = this.operation(body);
    const counted: Body = (attempt) => {
      invoked += 1;
      return operation(attempt);
    };
    try {
      const value = await policy.call(counted, options);
      this.ledger.settle({ ok: true, value, attempts: invoked, elapsedMs: 0, fellBack: false } as Outcome<unknown>);
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome === undefined) throw error;
      this.ledger.settle(outcome);
    }
  }

  executeSync(policy: Pick<Policy<unknown, unknown>, "executeSync">, body: Body, options: CallOptions = {}): Outcome<unknown> {
    this.ledger.begun += 1;
    const outcome = policy.executeSync(this.operation(body), options);
    this.ledger.settle(outcome);
    return outcome;
  }

  operation(body: Body): Body {
    return (attempt) => {
      this.ledger.invoked += 1;
      return body(attempt);
    };
  }

  // ---- what operations do

  /** Goes on for so long, whoever has left meanwhile. */
  async deaf<T>(ms: number, then: () => T): Promise<T> {
    this.ledger.late += 1;
    try {
      await sleep(ms);
      return then();
    } finally {
      this.ledger.late -= 1;
    }
  }

  /** Goes on for so long, or until its signal aborts. */
  async heeding<T>(ms: number, signal: AbortSignal, then: () => T): Promise<T> {
    this.ledger.late += 1;
    try {
      await sleep(ms, undefined, { signal });
      return then();
    } finally {
      this.ledger.late -= 1;
    }
  }
}

/** The rest of this turn of the event loop. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Never answers. */
export const hang = (): Promise<never> => new Promise(() => {});

/** Every turn another one, from the first to the last and from the first again. */
export function inTurns<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => items[next++ % items.length] as T;
}
