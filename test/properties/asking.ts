/* Who asks a limiter, and what a limiter must not do to them. */
import type { Admission, Applicant, Cost, Limiter, LimitPermit, LimitTicket, Rejection } from "redress";
import { law } from "./law.ts";

/** One who asks once. */
export class Asking implements Applicant {
  readonly cost: Cost | undefined;
  readonly maxWaitMs: number;
  readonly number: number;
  permit: LimitPermit | null = null;
  ticket: LimitTicket | null = null;
  rejection: Rejection | null = null;
  state: "asks" | "waits" | "admitted" | "rejected" | "cancelled" = "asks";
  /** What it does when it hears of its end. */
  readonly told: (self: Asking) => void;

  constructor(number: number, cost: Cost | undefined, maxWaitMs: number, told: (self: Asking) => void = () => {}) {
    this.number = number;
    this.cost = cost;
    this.maxWaitMs = maxWaitMs;
    this.told = told;
  }

  ask(limiter: Limiter): Admission {
    const answer = limiter.admit(this);
    law(this.state === "asks", "nobody hears anything before admit has returned", this.state);
    if (answer.kind === "admitted") {
      this.permit = answer;
      this.state = "admitted";
    } else if (answer.kind === "rejected") {
      this.rejection = answer;
      this.state = "rejected";
    } else {
      this.ticket = answer;
      this.state = "waits";
    }
    return answer;
  }

  admitted(permit: LimitPermit): void {
    law(this.state === "waits", "only who waits is admitted, and once", this.number, this.state);
    this.permit = permit;
    this.state = "admitted";
    this.told(this);
  }

  rejected(rejection: Rejection): void {
    law(this.state === "waits", "only who waits is turned away, and once", this.number, this.state);
    this.rejection = rejection;
    this.state = "rejected";
    this.told(this);
  }

  failed(fault: unknown): void {
    throw fault;
  }

  cancel(): void {
    if (this.state === "waits") this.state = "cancelled";
    this.ticket?.cancel();
  }
}
