/// <reference lib="esnext.disposable" preserve="true" />
import type { Breaker } from "../core/breaker/breaker.ts";
import { aboveZero, aFunction, checkOptions, checkValue, type OptionRule, text, trueOrFalse } from "../core/option-rules.ts";
import { clockRule } from "../policy/clock-rule.ts";
import { type Clock, systemClock } from "../run/time/clock.ts";
import { LONGEST_TIMER_MS } from "../run/time/platform-timers.ts";
import { Circuits } from "./circuits.ts";
import { Labels } from "./labels.ts";
import { PolicyCounts } from "./policy-counts.ts";
import type { RegistrySnapshot } from "./snapshot.ts";
import { joinAll, partsOf, type Registrable, type Subject, subjectOf } from "./subject.ts";
import { type SnapshotListener, subscribeTo } from "./subscription.ts";
import { type Member, takeSnapshot } from "./take-snapshot.ts";
import { weakly } from "./weakly.ts";

export interface RegistryOptions {
  /** What the intervals of subscriptions are counted on, for tests. The counts of a policy go by the policy's own. @default the system's */
  readonly clock?: Clock | undefined;
}

export interface AddOptions {
  /** A low-cardinality name: it labels metrics. @default the policy's `operation` */
  readonly name?: string | undefined;
  /** Whether it takes the place of another policy of that name, whose counts are given up, in place of throwing. @default false */
  readonly replace?: boolean | undefined;
}

export interface SubscribeOptions {
  /** How often it is looked whether something has changed, in milliseconds, > 0, at most 2_147_483_647. @default 1_000 */
  readonly intervalMs?: number | undefined;
}

/** Ends a subscription, also at the end of a `using` block. */
export interface Unsubscribe extends Disposable {
  (): void;
}

interface Entry {
  readonly name: string;
  /** `undefined` where the application has let go of it. */
  readonly holder: () => Subject["holder"] | undefined;
  readonly row: Omit<Member, "holder">;
}

/** What is kept of a policy as long as it lives. */
interface Membership {
  readonly name: string;
  readonly leave: () => void;
}

const SWEEP_AT_LEAST = 16;

const interval: OptionRule = {
  ...aboveZero,
  text: `a number > 0 and <= ${LONGEST_TIMER_MS}`,
  ok: (value: number) => value > 0 && value <= LONGEST_TIMER_MS,
};

/**
 * Knows live policies by name, and the circuits, budgets and limiters that they share: for a dashboard, for gauges, and for whoever is on call. It counts the
 * calls that begin after a policy was added; calls of others cost nothing more. It keeps nothing alive: a policy that the application lets go of disappears.
 *
 * Not where policies are looked up to be called: import them.
 *
 * @throws TypeError for a wrong or unknown option.
 * @example
 * import { Registry } from "redress/registry";
 *
 * const orders = new Registry();
 * const policy = orders.add(new Policy({ operation: "load_order", retry: {}, circuitBreaker: { name: "orders" } }));
 * await policy.call(() => loadOrder("7"));
 * orders.snapshot().policies[0]?.calls; // 1
 */
export class Registry {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #memberships = new WeakMap<Subject["holder"], Membership>();
  readonly #circuits = new Circuits();
  readonly #limiterLabels = new Labels();
  /** How many entries there may be before those are looked for that live no more. */
  #sweepAt = SWEEP_AT_LEAST;

  constructor(options: RegistryOptions = {}) {
    const { clock = systemClock } = checkOptions("registry", options, { clock: clockRule });
    this.#clock = clock;
  }

  /**
   * Adds a policy, or what `keyed` returns, which counts as one. A policy that is there already stays as it is. What `with` makes of a policy is another
   * one, to be added by itself.
   *
   * @returns the same policy
   * @throws TypeError for what is neither, for one without a name, for a name that another policy has that still lives, and for a policy that is there by
   * another name
   * @example
   * import { registry } from "redress/registry";
   *
   * const payments = registry.add(new Policy({ operation: "payments", retry: { maxAttempts: 3 } }));
   * const nightly = registry.add(payments.with({ retry: { maxAttempts: 8 } }), { name: "payments_nightly" });
   */
  add<Added extends Registrable>(policy: Added, options: AddOptions = {}): Added {
    const { name: given, replace = false } = checkOptions("registry.add", options, { name: text, replace: trueOrFalse });
    const { holder, ...subject } = subjectOf(policy);
    const known = this.#memberships.get(holder)?.name;
    const name = given ?? known ?? subject.operation;
    if (name === null) throw new TypeError("registry.add.name must be given for a policy that has no operation.");
    if (known === name) return policy;
    if (known !== undefined) throw new TypeError(`registry.add: this policy is there already, by the name "${known}".`);
    const other = this.#entries.get(name)?.holder();
    if (other !== undefined && !replace)
      throw new TypeError(`registry.add: there is another policy "${name}" already. Give this one a name, or say replace: true.`);
    if (other !== undefined) this.#remove(other);
    if (this.#entries.size >= this.#sweepAt) this.#living();
    const counts = new PolicyCounts(subject.clock);
    this.#memberships.set(holder, { name, leave: joinAll(holder, counts.hooks) });
    const { breaker } = partsOf(holder);
    if (breaker !== null) this.#circuits.listen(breaker);
    this.#entries.set(name, { name, holder: weakly(holder), row: { name, subject, counts } });
    return policy;
  }

  /** Forgets a policy: its calls are counted no more. Whether it was there. */
  remove(policy: Registrable): boolean {
    return this.#remove(subjectOf(policy).holder);
  }

  /** What there is to know now, as plain JSON. */
  snapshot(): RegistrySnapshot {
    return takeSnapshot(this.#living(), this.#circuits, this.#limiterLabels);
  }

  /**
   * Tells a listener when something has changed, at most once in `intervalMs`, with a snapshot. The timer keeps no process alive, and nothing runs where
   * nobody subscribes. A listener that throws is heard of once, as a warning of the process, and stops nobody else.
   *
   * @returns what ends it
   * @throws TypeError or RangeError for a wrong or unknown option.
   * @example
   * import { registry } from "redress/registry";
   *
   * using watching = registry.subscribe(({ circuits }) => console.log(circuits.filter(({ state }) => state !== "closed")));
   */
  subscribe(listener: SnapshotListener, options: SubscribeOptions = {}): Unsubscribe {
    const { intervalMs = 1_000 } = checkOptions("registry.subscribe", options, { intervalMs: interval });
    checkValue("registry.subscribe.listener", listener, aFunction);
    const end = subscribeTo(() => this.snapshot(), this.#clock, intervalMs, listener);
    return Object.assign(() => end(), { [Symbol.dispose ?? Symbol.for("Symbol.dispose")]: end }) as Unsubscribe;
  }

  /**
   * Opens a circuit by hand: it rejects every call until `reset`.
   *
   * @param circuit its name in the snapshot
   * @throws RangeError where there is no circuit of this name; TypeError for a breaker of your own that cannot
   */
  trip(circuit: string): void {
    this.#circuits.move(this.#find("trip", circuit), "trip");
  }

  /** Closes a circuit by hand and forgets its failures. */
  reset(circuit: string): void {
    this.#circuits.move(this.#find("reset", circuit), "reset");
  }

  #find(method: string, circuit: string): Breaker {
    checkValue(`registry.${method}.circuit`, circuit, text);
    // A circuit gets its name with the first snapshot that it stands in.
    const names = this.snapshot().circuits.map(({ name }) => name);
    const found = names.includes(circuit) ? this.#circuits.labels.find(circuit) : undefined;
    if (found !== undefined) return found as Breaker;
    const known = names.length === 0 ? "There are none." : `There are ${names.map((name) => `"${name}"`).join(", ")}.`;
    throw new RangeError(`registry.${method}: there is no circuit "${circuit}". ${known}`);
  }

  /** Those that live; the others are forgotten. */
  #living(): readonly Member[] {
    const members: Member[] = [];
    for (const [name, { holder, row }] of this.#entries) {
      const living = holder();
      if (living === undefined) this.#entries.delete(name);
      else members.push({ ...row, holder: living });
    }
    this.#circuits.labels.sweep();
    this.#limiterLabels.sweep();
    this.#sweepAt = Math.max(SWEEP_AT_LEAST, 2 * members.length);
    return members;
  }

  #remove(holder: Subject["holder"]): boolean {
    const membership = this.#memberships.get(holder);
    if (membership === undefined) return false;
    membership.leave();
    this.#memberships.delete(holder);
    this.#entries.delete(membership.name);
    const { breaker } = partsOf(holder);
    if (breaker !== null && !this.#living().some((other) => partsOf(other.holder).breaker === breaker))
      this.#circuits.unlisten(breaker);
    return true;
  }
}

/**
 * The registry of the process: the dashboard and the exporters of metrics read it where they are given no other.
 *
 * @example
 * import { registry } from "redress/registry";
 *
 * const policy = registry.add(new Policy({ operation: "load_order", retry: { maxAttempts: 3 } }));
 */
export const registry: Registry = /* @__PURE__ */ new Registry();
