/* The gauntlet without a test runner: each part answers with what is wrong, in sentences. */
import { leftBehind } from "./aftermath.ts";
import { FAULTS } from "./all-faults.ts";
import type { MakeClient, Manners } from "./client-under-test.ts";
import { type Crowd, crowd } from "./crowd.ts";
import type { Fault } from "./fault.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { explained, judge } from "./judge.ts";
import { type Meeting, meet, type Plan, WAYS } from "./meeting.ts";
import { watched } from "./unhandled.ts";

/** When callers leave who are the only ones that end a stalled body, and who leave of their own accord. */
const LEAVES_MS = { lastHope: 250, early: 60 };

export class Gauntlet {
  readonly #proxy: FaultProxy;
  readonly #make: MakeClient;
  readonly #manners: Manners;
  readonly #patienceMs: number | undefined;

  private constructor(proxy: FaultProxy, make: MakeClient, manners: Manners, patienceMs: number | undefined) {
    this.#proxy = proxy;
    this.#make = make;
    this.#manners = manners;
    this.#patienceMs = patienceMs;
  }

  /** @param patienceMs how long a call may take to settle */
  static async start(make: MakeClient, manners: Manners = {}, patienceMs?: number): Promise<Gauntlet> {
    return new Gauntlet(await FaultProxy.started(), make, manners, patienceMs);
  }

  close(): Promise<void> {
    return this.#proxy.close();
  }

  /** A fault that does not go away, met in every way that a request is sent. */
  meets(met: Fault): Promise<readonly string[]> {
    const fault: Fault = this.#manners.stalledBy?.includes(met.name) ? { ...met, stalls: true } : met;
    const plans: Plan[] = WAYS.map((way) => ({ fault, way, ...(this.#needsLeaving(fault) && { leavesMs: LEAVES_MS.lastHope }) }));
    if (fault.stalls) plans.push({ fault, way: "GET", leavesMs: LEAVES_MS.early, early: true });
    return this.#judged(plans);
  }

  /** Faults that go away when they were met twice. */
  async recovers(): Promise<readonly string[]> {
    const worthIt = FAULTS.filter(({ where, retried, stalls, primed, name }) => {
      return (
        (where === "head" || where === "status") &&
        retried === true &&
        !stalls &&
        !primed &&
        this.#manners.differs?.[name] === undefined
      );
    });
    return this.#judged(worthIt.flatMap((fault) => WAYS.map((way): Plan => ({ fault, way, fails: 2 }))));
  }

  /** A port that refuses, until the first retry. Nothing else is as plain a case of a request that never left. */
  async waitsForStart(): Promise<readonly string[]> {
    const fault: Fault = { name: "late", where: "connect", retried: true, ends: "value", url: ({ lateOrigin }) => lateOrigin };
    const wrong: string[] = [];
    for (const way of WAYS) {
      const beforeRetry = (): void => void this.#proxy.listenLate();
      const { got, error, attempts, arrivals, ...meeting } = await meet(this.#proxy, this.#make, { fault, way, beforeRetry });
      const mayGiveUp = way === "POST" && this.#manners.repeatsWhatNeverLeft !== true && attempts === 1;
      const fine = mayGiveUp ? error !== undefined : got?.status === 200 && arrivals.length === 1;
      if (!fine)
        wrong.push(
          `${way}: ${arrivals.length} requests came, and it ended with ${got?.status ?? String(error)} after ${attempts} attempts.`,
        );
      wrong.push(...explained({ ...meeting, got, error, attempts, arrivals }, this.#manners));
      await this.#proxy.hushLate();
    }
    return wrong;
  }

  async crowd(size: Crowd): Promise<readonly string[]> {
    this.#proxy.forget();
    const { value, unhandled } = await watched(() => crowd(this.#proxy, this.#make, this.#manners, size));
    return [...value, ...unhandled];
  }

  async #judged(plans: readonly Plan[]): Promise<readonly string[]> {
    const wrong: string[] = [];
    for (const plan of plans) {
      const title = `${plan.fault.name}, ${plan.way}`;
      const { value, unhandled } = await watched(async (): Promise<readonly string[]> => {
        const meeting: Meeting = await meet(this.#proxy, this.#make, { ...plan, patienceMs: this.#patienceMs });
        return [...judge(meeting, this.#manners), ...(await leftBehind(this.#proxy)).map((left) => `${title}: ${left}`)];
      });
      wrong.push(...value, ...unhandled.map((error) => `${title}: ${error}`));
    }
    return wrong;
  }

  /** Nobody else ends a body that stalls, where the client hands it out and does not bound it. */
  #needsLeaving({ where, stalls, trickles }: Fault): boolean {
    const { bodies, boundsBodies } = this.#manners;
    return (
      stalls === true &&
      bodies !== "buffered" &&
      (boundsBodies !== true || trickles === true) &&
      (where === "body" || where === "status")
    );
  }
}
