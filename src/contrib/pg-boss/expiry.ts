import type { PgBossJob } from "./shapes.ts";

/** How long before a job expires its attempt is aborted, at the most: enough to write down what it has used up. */
const LEAD_MS = 1_000;

/**
 * Aborts shortly before pg-boss gives a job to somebody else, who would run it beside this attempt, and without what it has used up.
 */
export class Expiry {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ expireInSeconds }: PgBossJob) {
    const expiresMs = Number(expireInSeconds) * 1_000;
    if (!(expiresMs > 0)) return;
    const abort = (): void => this.#controller.abort(new Error(`The job expires after ${Number(expireInSeconds)} s.`));
    this.#timer = setTimeout(abort, expiresMs - Math.min(LEAD_MS, expiresMs / 2));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
