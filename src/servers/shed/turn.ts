import { type Applicant, LimitedError, type LimitPermit, type LimitTicket, type Rejection } from "../../index.ts";

/** A request that asks a limiter, and waits where that has a queue. */
export class Turn implements Applicant {
  readonly cost = undefined;
  readonly share: number;
  readonly maxWaitMs: number;
  #come: (permit: LimitPermit) => void = () => {};
  #end: (why: unknown) => void = () => {};

  constructor(share: number, maxWaitMs: number) {
    this.share = share;
    this.maxWaitMs = maxWaitMs;
  }

  /**
   * Until its turn has come: a promise, since whoever makes way calls from its own asynchronous context.
   *
   * @throws LimitedError when it is turned away after all, and the signal's reason
   */
  wait(ticket: LimitTicket, signal: AbortSignal | undefined): Promise<LimitPermit> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        ticket.cancel();
        this.#end(signal?.reason);
      };
      this.#come = (permit) => {
        signal?.removeEventListener("abort", leave);
        resolve(permit);
      };
      this.#end = (why) => {
        signal?.removeEventListener("abort", leave);
        reject(why);
      };
      if (signal?.aborted === true) leave();
      else signal?.addEventListener("abort", leave, { once: true });
    });
  }

  admitted(permit: LimitPermit): void {
    this.#come(permit);
  }

  rejected(rejection: Rejection): void {
    this.#end(new LimitedError(rejection));
  }

  failed(fault: unknown): void {
    this.#end(fault);
  }
}
