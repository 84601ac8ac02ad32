/*
 * The policies of keys, by last use. The law:
 *   a key is asked for   -> its policy, made where there is none; it is now the most recently used
 *   there is no place    -> of the eight least recently used, the first goes whose policy has no call in flight and no circuit that rejects calls;
 *                           where all eight have, the least recently used
 * So a flood of fresh keys pushes out what is idle before it makes a dead dependency look healthy, and still every step costs O(1). A policy that
 * goes is only forgotten: its calls go on to their end.
 */
import { isObject } from "../../core/is-object.ts";
import { type Link, LinkedList } from "../../core/linked-list.ts";
import { refuse } from "../../core/option-rules.ts";
import { type Description, descriptionOf } from "../../core/part.ts";
import { throwRefusal } from "../../core/refusal.ts";
import { HookErrors } from "../../run/call/hook-errors.ts";
import { InFlight } from "../../run/call/in-flight.ts";
import { type CallPlan, PLAN } from "../../run/call/plan.ts";
import { describePlan, type PolicyDescription } from "../describe.ts";
import { Policy } from "../policy.ts";
import type { PolicyOptions } from "../policy-options.ts";
import type { KeyedSubject } from "./keyed-options.ts";
import { policyForKey, samePolicy } from "./policy-for-key.ts";

/**
 * Under this key they give a policy as that of a key would be, and keep none: to who judges it, also in another copy of this package. Where a function
 * makes them, it is not called: then it is the policy that was used last, or `null`.
 */
export const KEYED: unique symbol = Symbol.for("redress.keyed/1");

/**
 * Under this key they show the plan of each key's policy: those that are kept, at once, and each that is made later. What is returned ends it, and so,
 * for the policies that are kept then, what was returned for each of them.
 */
export const KEYED_PLANS: unique symbol = Symbol.for("redress.keyed-plans/1");

/** Is shown a plan, and returns what ends it. */
export type PlanVisit = (plan: CallPlan) => () => void;

/** Plain JSON: what the policies of keys are made of. */
export interface KeyedDescription {
  readonly maxKeys: number;
  /** What they have in common; absent where a function makes them. */
  readonly policy?: PolicyDescription;
  /** The function that makes them. */
  readonly make?: Description;
}

/** How many of the least recently used are looked at before one of them goes. */
const LOOKED_AT = 8;

type AnyPolicy = Policy<never, never>;

class Entry<R, F> implements Link<Entry<R, F>> {
  prev: Entry<R, F> | null = null;
  next: Entry<R, F> | null = null;
  readonly key: string;
  readonly policy: Policy<R, F>;

  constructor(key: string, policy: Policy<R, F>) {
    this.key = key;
    this.policy = policy;
  }
}

/** One policy for each key, made by `keyed`. */
export class KeyedPolicies<R = unknown, F = never> {
  readonly #maxKeys: number;
  readonly #template: AnyPolicy | null;
  /** Asked for policies where there is no template. */
  readonly #make: (key: string) => unknown;
  readonly #inFlight: InFlight;
  readonly #hookErrors: HookErrors;
  readonly #entries = new Map<string, Entry<R, F>>();
  /** The least recently used first. */
  readonly #byUse = new LinkedList<Entry<R, F>>();
  #visits: readonly PlanVisit[] = [];

  /** @internal */
  constructor(subject: KeyedSubject<R, F>, maxKeys: number) {
    this.#maxKeys = maxKeys;
    this.#template = typeof subject === "function" ? null : (toPolicy(subject) as AnyPolicy);
    this.#make = subject as (key: string) => unknown;
    const plan = this.#template?.[PLAN];
    this.#hookErrors = plan?.hookErrors ?? new HookErrors();
    this.#inFlight = new InFlight(plan && [plan.inFlight]);
  }

  /** How many policies are kept now. */
  get size(): number {
    return this.#entries.size;
  }

  /** How many calls are in flight, of all keys, those of policies that are kept no longer included. */
  get inFlight(): number {
    return this.#inFlight.count;
  }

  /**
   * The policy of a key. It is made when it is first asked for, and again after it had to go, so ask with each call and do not keep it.
   *
   * @throws TypeError for a key that is no non-empty string; what the function that makes policies throws.
   * @example
   * const models = keyed({ retry: {}, circuitBreaker: {} });
   * const answer = await models.for("large").call(({ signal }) => complete("Why?", { signal }));
   */
  for(key: string): Policy<R, F> {
    const latest = this.#byUse.last;
    if (latest !== null && latest.key === key) return latest.policy;
    const entry = this.#entries.get(key);
    if (entry === undefined) return this.#add(checkKey("for", key));
    this.#byUse.remove(entry);
    this.#byUse.add(entry);
    return entry.policy;
  }

  /** The policy of a key, if it is kept. It is no use of it. */
  peek(key: string): Policy<R, F> | undefined {
    return this.#entries.get(checkKey("peek", key))?.policy;
  }

  /** Whether a policy of the key is kept. It is no use of it. */
  has(key: string): boolean {
    return this.#entries.has(checkKey("has", key));
  }

  /** The keys whose policies are kept, the least recently used first. */
  keys(): readonly string[] {
    const keys: string[] = [];
    for (let entry = this.#byUse.first; entry !== null; entry = entry.next) keys.push(entry.key);
    return keys;
  }

  /** Forgets the policy of a key, with its circuit and its budget. Its calls go on to their end. Whether there was one. */
  delete(key: string): boolean {
    const entry = this.#entries.get(checkKey("delete", key));
    if (entry === undefined) return false;
    this.#remove(entry);
    return true;
  }

  /** Resolves when no call of any key is in flight: for shutting down, once no more calls are made. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /** What the policies are made of, as plain JSON. Of the policy of one key: `policies.for(key).describe()`. */
  describe(): KeyedDescription {
    const maxKeys = this.#maxKeys;
    if (this.#template === null) return { maxKeys, make: descriptionOf(this.#make) };
    return { maxKeys, policy: describePlan(this.#template[PLAN]) };
  }

  /** @internal */
  get [KEYED](): (key: string) => AnyPolicy | null {
    return (key) => {
      if (this.#template === null) return (this.#byUse.last?.policy as object as AnyPolicy | undefined) ?? null;
      return this.#after(this.#template, key);
    };
  }

  /** @internal */
  get [KEYED_PLANS](): (visit: PlanVisit) => () => void {
    return (visit) => {
      const ends = new WeakMap<CallPlan, () => void>();
      const visitOnce: PlanVisit = (plan) => {
        const end = visit(plan);
        ends.set(plan, end);
        return end;
      };
      this.#visits = [...this.#visits, visitOnce];
      for (let entry = this.#byUse.first; entry !== null; entry = entry.next) visitOnce(entry.policy[PLAN]);
      return () => {
        this.#visits = this.#visits.filter((other) => other !== visitOnce);
        for (let entry = this.#byUse.first; entry !== null; entry = entry.next) ends.get(entry.policy[PLAN])?.();
      };
    };
  }

  #add(key: string): Policy<R, F> {
    const policy = (this.#template === null ? this.#made(key) : this.#after(this.#template, key)) as object as Policy<R, F>;
    // The function that makes policies may have asked for this key, too.
    const meanwhile = this.#entries.get(key);
    if (meanwhile !== undefined) return meanwhile.policy;
    if (this.#entries.size >= this.#maxKeys) this.#remove(this.#leastNeeded());
    const entry = new Entry<R, F>(key, policy);
    this.#entries.set(key, entry);
    this.#byUse.add(entry);
    for (const visit of this.#visits) visit(policy[PLAN]);
    return policy;
  }

  #after(template: AnyPolicy, key: string): AnyPolicy {
    const name = (given: string | undefined): string => (given === undefined ? key : `${given} ${key}`);
    return policyForKey(template, name, { within: [this.#inFlight], hookErrors: this.#hookErrors });
  }

  /** What the function makes. A name that it gives says all that it is to say; a policy that it gives is shared as it is. */
  #made(key: string): AnyPolicy {
    const given = this.#make(key);
    const policy = toPolicy(given, "what keyed.subject returns") as AnyPolicy;
    const { inFlight, hookErrors } = policy[PLAN];
    if (policy === given) return samePolicy(policy, { within: [this.#inFlight, inFlight], hookErrors });
    return policyForKey(policy, (name = key) => name, { within: [this.#inFlight], hookErrors });
  }

  #remove(entry: Entry<R, F>): void {
    this.#entries.delete(entry.key);
    this.#byUse.remove(entry);
  }

  #leastNeeded(): Entry<R, F> {
    const oldest = this.#byUse.first as Entry<R, F>;
    let entry: Entry<R, F> | null = oldest;
    for (let looked = 0; entry !== null && looked < LOOKED_AT; looked++, entry = entry.next)
      if (!isNeeded(entry.policy[PLAN])) return entry;
    return oldest;
  }
}

/** Whether a policy has calls in flight, or a circuit that still rejects them. */
function isNeeded({ inFlight, breaker }: Policy[typeof PLAN]): boolean {
  return inFlight.count > 0 || (breaker !== null && breaker.state === "open" && breaker.retryAfterMs > 0);
}

/** The policy that was given, or that options make. */
function toPolicy(subject: unknown, option = "keyed.subject"): Policy<never, never> {
  if (subject instanceof Policy) return subject;
  if (typeof subject === "object" && subject !== null && !(PLAN in subject) && !Array.isArray(subject) && !("then" in subject))
    return new Policy(subject as PolicyOptions<never, never>);
  return refuse(option, "a Policy or the options of one", subject);
}

/** Objects are equal by identity, and numbers are easily mistaken for their strings: neither is a key. */
function checkKey(method: string, key: unknown): string {
  if (typeof key === "string" && key !== "") return key;
  const advice = isObject(key) ? "Give a string that tells it from others, such as its id." : "Make it one: String(key).";
  const rule = { text: "a non-empty string", type: "", ...((key ?? "") !== "" && { advice }) };
  throwRefusal({ owner: `keyed.${method}.key`, path: [], rule, value: key });
}
