/* A circuit breaker under watch: the naive model of properties/ is told everything that it is told, and each answer is held against the model's. */
import type { BreakerDecision, CircuitBreaker, Clock, ErrorClass } from "redress";
import { BreakerModel, type Ticket } from "../properties/breaker-model.ts";
import type { Library } from "./library.ts";
import type { BreakerPlan } from "./world-plan.ts";

type Permit = NonNullable<BreakerDecision["permit"]>;

/** What a watch needs of its world. */
export interface WatchingWorld {
  readonly clock: Clock;
  breaks(invariant: string, ...found: unknown[]): void;
}

interface Probe {
  readonly permit: Permit;
  readonly atMs: number;
}

export class WatchedBreaker {
  readonly breaker: CircuitBreaker;
  readonly plan: BreakerPlan;
  /** Permits that are out: those of a closed circuit are one for many calls. */
  readonly #out = new Map<Permit, Ticket[]>();
  readonly #model: BreakerModel;
  readonly #world: WatchingWorld;
  #depth = 0;
  #probes: Probe[] = [];

  constructor(lib: Library, plan: BreakerPlan, world: WatchingWorld, name: string) {
    this.plan = plan;
    this.#world = world;
    const { windowMs, failureThreshold, failureRate, ...others } = plan;
    this.#model = new BreakerModel({
      ...plan,
      failureThreshold: failureThreshold ?? Infinity,
      failureRate: failureRate ?? undefined,
      tripOn: ["TRANSIENT", "SERVER_ERROR"],
    });
    const breaker = new lib.CircuitBreaker({
      ...others,
      ...(!plan.consecutive && { windowMs }),
      failureThreshold: failureThreshold ?? undefined,
      failureRate: failureRate ?? undefined,
      name,
      clock: world.clock,
    });
    this.breaker = breaker;
    const own = {
      allow: breaker.allow.bind(breaker),
      success: breaker.recordSuccess.bind(breaker),
      failure: breaker.recordFailure.bind(breaker),
      cancel: breaker.recordCancel.bind(breaker),
      trip: breaker.trip.bind(breaker),
      reset: breaker.reset.bind(breaker),
    };
    Object.assign(breaker, {
      allow: () => this.#allow(own.allow),
      recordSuccess: (permit: Permit) => this.#report(permit, "success", () => own.success(permit)),
      recordFailure: (as: ErrorClass, permit: Permit) => this.#report(permit, as, () => own.failure(as, permit)),
      recordCancel: (permit: Permit) => this.#report(permit, "cancel", () => own.cancel(permit)),
      trip: () => this.#byHand(() => this.#model.trip(world.clock.now()), own.trip),
      reset: () => this.#byHand(() => this.#model.reset(), own.reset),
    });
  }

  /** Permits that were not given back. */
  get out(): number {
    let count = 0;
    for (const tickets of this.#out.values()) count += tickets.length;
    return count;
  }

  /** The model first: what happens within the breaker, by those who hear of its changes, comes behind. */
  #allow(own: () => BreakerDecision): BreakerDecision {
    const model = this.#model;
    const nowMs = this.#world.clock.now();
    const before = model.state;
    let ticket = model.allow(nowMs);
    const { stateChanges } = model.stats;
    const decision = this.#within(own);
    if (ticket !== null && before === "open" && model.stats.stateChanges !== stateChanges) {
      // Whoever heard that the circuit is half-open has opened or closed it: it is asked again.
      ticket.lost = true;
      ticket = model.state === "closed" ? model.allow(nowMs) : null;
      if (ticket === null) model.stats.rejectedCalls++;
      else model.stats.totalCalls--;
    }
    const { permit } = decision;
    if ((permit !== null) !== decision.admitted) this.#world.breaks("breaker", "admitted without a permit", decision);
    if ((permit !== null) !== (ticket !== null))
      this.#world.breaks(
        "breaker",
        permit === null ? "a call is rejected" : "a call is admitted",
        "the model says otherwise",
        model.state,
      );
    if (permit !== null && ticket !== null) {
      const tickets = this.#out.get(permit);
      if (tickets === undefined) this.#out.set(permit, [ticket]);
      else tickets.push(ticket);
      if (this.breaker.state === "half_open") this.#countProbe(permit, nowMs);
    }
    this.#compare();
    return decision;
  }

  #countProbe(permit: Permit, atMs: number): void {
    const { halfOpenMaxCalls, recoveryTimeoutMs, windowMs } = this.plan;
    const lapsesMs = Math.max(recoveryTimeoutMs, windowMs);
    this.#probes = this.#probes.filter((probe) => probe.permit.epoch === permit.epoch && atMs - probe.atMs < lapsesMs);
    this.#probes.push({ permit, atMs });
    if (this.#probes.length > halfOpenMaxCalls)
      this.#world.breaks("probes", `${this.#probes.length} probes at a time`, `halfOpenMaxCalls is ${halfOpenMaxCalls}`);
  }

  #report(permit: Permit, result: "success" | "cancel" | ErrorClass, own: () => void): void {
    const ticket = this.#out.get(permit)?.pop();
    if (ticket === undefined) {
      this.#world.breaks("breaker permits", `a permit is reported twice, as ${result}`);
      own();
      return;
    }
    this.#probes = this.#probes.filter((probe) => probe.permit !== permit);
    const { breaker } = this;
    const isOld = ticket.epoch !== this.#model.epoch;
    const before = isOld ? `${breaker.state}, ${breaker.failureCount} failures` : "";
    this.#model.report(ticket, result, this.#world.clock.now(), "closed");
    this.#within(own);
    const after = isOld ? `${breaker.state}, ${breaker.failureCount} failures` : "";
    if (before !== after) this.#world.breaks("epochs", `a permit of an earlier state reports ${result}`, before, after);
    this.#compare();
  }

  #byHand(model: () => void, own: () => void): void {
    model();
    this.#within(own);
    this.#compare();
  }

  #within<T>(own: () => T): T {
    this.#depth++;
    try {
      return own();
    } finally {
      this.#depth--;
    }
  }

  #compare(): void {
    if (this.#depth > 0) return;
    const { breaker } = this;
    const model = this.#model;
    if (breaker.state !== model.state) this.#world.breaks("breaker", `it is ${breaker.state}`, `the model is ${model.state}`);
    const [one, other] = [breaker.stats, model.stats];
    for (const name of Object.keys(other) as (keyof typeof other)[])
      if (one[name] !== other[name])
        this.#world.breaks("breaker", `stats.${name} is ${one[name]}`, `the model has ${other[name]}`);
  }
}
