/*
 * An error and all that it wraps, read so that nothing it is made of can hurt: chains may be cyclic or endless,
 * getters may throw. A reader reads a bounded number of errors and forgives a bounded number of throwing getters, since
 * each of those costs as much as a hundred plain ones. The budget of faults belongs to the reader, and each classification
 * makes a reader of its own: what was read before, for another error, changes nothing.
 */
import { isObject } from "../is-object.ts";
import { BRAND } from "./brand.ts";
import type { Classification } from "./classification.ts";
import type { ErrorClass } from "./error-class.ts";

// A chain longer than this holds nothing that a person would look for.
const MOST_ERRORS = 12;
const MOST_FAULTS = 2;

/** Reads one thrown value, and whatever it wraps. */
export class ErrorReader {
  #faults = 0;

  /** A property of whatever it is; `undefined` where there is none, and where reading it throws. */
  read(object: unknown, key: PropertyKey): unknown {
    try {
      return this.#faults < MOST_FAULTS ? (object as Record<PropertyKey, unknown> | undefined)?.[key] : undefined;
    } catch {
      this.#faults++;
      return undefined;
    }
  }

  /**
   * The error, its causes and the errors it aggregates, nearest first, each once.
   *
   * @param wrappers the properties under which an error keeps what it wraps, besides `cause` and `errors`
   */
  causes(error: unknown, wrappers: readonly string[] = []): readonly object[] {
    const chain: object[] = [];
    add(chain, error);
    // The chain grows while it is walked.
    for (const link of chain) {
      add(chain, this.read(link, "cause"));
      for (const key of wrappers) add(chain, this.read(link, key));
      const errors = this.read(link, "errors");
      if (errors) for (let i = 0; i < MOST_ERRORS; i++) add(chain, this.read(errors, i));
    }
    return chain;
  }

  /** What an error of ours along the chain says of itself: it was classified when it was made. */
  ownVerdict(chain: readonly object[]): ErrorClass | Classification | undefined {
    for (const link of chain) {
      const errorClass = this.read(link, BRAND) && this.read(link, "errorClass");
      if (typeof errorClass !== "string" || !/^[A-Z_]+$/.test(errorClass)) continue;
      const retryAfterMs = errorClass === "RATE_LIMIT" && this.read(link, "retryAfterMs");
      return (typeof retryAfterMs === "number" ? { errorClass, retryAfterMs } : errorClass) as ErrorClass | Classification;
    }
    return undefined;
  }
}

function add(chain: object[], cause: unknown): void {
  if (isObject(cause) && chain.length < MOST_ERRORS && !chain.includes(cause)) chain.push(cause);
}
