import type { PgBossJob } from "./shapes.ts";

const DEFAULT_MS = 900_000;

/** When a job expires, in milliseconds after it was delivered. */
export function expiryOf({ expireInSeconds }: PgBossJob): number {
  const expiresMs = Number(expireInSeconds) * 1_000;
  return expiresMs > 0 ? expiresMs : DEFAULT_MS;
}

/** How long before a job expires its attempt is aborted, at the most: enough to write down what it has used up. */
const LEAD_MS = 1_000;

/**
 * Aborts shortly before pg-boss gives a job to somebody else, who would run it beside this attempt, and without what it has used up.
 */
export class Expiry {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(expiresMs: number) {
    const abort = (): void => this.#controller.abort(new Error(`The job expires after ${expiresMs} ms.`));
    this.#timer = setTimeout(abort, expiresMs - Math.min(LEAD_MS, expiresMs / 2));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
