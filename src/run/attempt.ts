import type { CallRecord } from "./call-record.ts";
import type { AttemptInfo } from "./plan.ts";

/**
 * One invocation of the operation, as the operation sees it.
 *
 * The controller is made when the signal is first read: it costs more than all the rest of a successful call, and an operation that
 * ends at once never looks.
 */
export class Attempt implements AttemptInfo {
  readonly attempt: number;
  readonly #call: CallRecord;
  #controller: AbortController | null = null;
  #cut: { readonly reason: unknown } | null = null;

  constructor(call: CallRecord) {
    this.#call = call;
    this.attempt = call.attempts;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      this.#call.watchSignal();
      if (this.#cut !== null) this.#controller.abort(this.#cut.reason);
    }
    return this.#controller.signal;
  }

  get remainingMs(): number {
    return this.#call.remainingMs();
  }

  get operation(): string | undefined {
    return this.#call.operation;
  }

  /** Aborts the signal, now or when it is first read. */
  cutShort(reason: unknown): void {
    this.#cut = { reason };
    this.#controller?.abort(reason);
  }
}
