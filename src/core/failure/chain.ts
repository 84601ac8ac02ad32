/*
 * An error and all that it wraps, read so that nothing it is made of can hurt: chains may be cyclic or endless, getters may throw. A reader
 * reads a bounded number of errors, and forgives each object a bounded number of throwing getters, since each of those costs as much as a
 * hundred plain ones: an object that throws more often says nothing any more, and hides nothing of what it wraps. All objects
 * together have a bound too. Each classification makes a reader of its own: what was read before, for another error, changes nothing.
 */
import { isObject } from "../is-object.ts";
import { BRAND } from "./brand.ts";
import type { Classification } from "./classification.ts";
import type { ErrorClass } from "./error-class.ts";

// A chain longer than this holds nothing that a person would look for.
const MOST_ERRORS = 12;
const MOST_FAULTS_OF_ONE = 3;
const MOST_FAULTS = 40;

/** Errors by which a policy says that it gave up waiting. */
const TIMEOUTS: readonly unknown[] = ["ERR_REDRESS_ATTEMPT_TIMEOUT", "ERR_REDRESS_DEADLINE_EXCEEDED"];

/** Classes of which a dependency says when to come back. When a circuit or a limiter of ours lets calls through again is no word of a dependency. */
const MAY_COME_BACK: ReadonlySet<unknown> = /* @__PURE__ */ new Set(["RATE_LIMIT", "SERVER_ERROR", "TRANSIENT"]);

/** Reads one thrown value, and whatever it wraps. */
export class ErrorReader {
  /** The objects whose getters threw, once for each time. */
  #faults: unknown[] | undefined;

  /** A property of whatever it is; `undefined` where there is none, and where reading it throws. */
  read(object: unknown, key: PropertyKey): unknown {
    if (this.#faults !== undefined && this.#isGivenUp(object)) return undefined;
    try {
      return (object as Record<PropertyKey, unknown> | undefined)?.[key];
    } catch {
      this.#faults ??= [];
      this.#faults.push(object);
      return undefined;
    }
  }

  #isGivenUp(object: unknown): boolean {
    const faults = this.#faults as unknown[];
    return faults.length >= MOST_FAULTS || faults.filter((faulty) => faulty === object).length >= MOST_FAULTS_OF_ONE;
  }

  /**
   * The error, its causes and the errors it aggregates, nearest first, each once.
   *
   * @param wrappers the properties under which an error keeps what it wraps, besides `cause` and `errors`
   * @param ofErrors the same, under which it may keep anything else too: only what has a stack counts
   */
  causes(error: unknown, wrappers: readonly string[] = [], ofErrors: readonly string[] = []): readonly object[] {
    const chain: object[] = [];
    add(chain, error);
    // The chain grows while it is walked.
    for (const link of chain) {
      // Read first: a wrapper's getter that throws must not use up what the link is forgiven.
      const errors = this.read(link, "errors");
      add(chain, this.read(link, "cause"));
      for (const key of wrappers) add(chain, this.read(link, key));
      for (const key of ofErrors) {
        const wrapped = this.read(link, key);
        if (typeof this.read(wrapped, "stack") === "string") add(chain, wrapped);
      }
      if (errors) for (let i = 0; i < MOST_ERRORS; i++) add(chain, this.read(errors, i));
    }
    return chain;
  }

  /** What an error of ours along the chain says of itself: it was classified when it was made. */
  ownVerdict(chain: readonly object[]): ErrorClass | Classification | undefined {
    for (const link of chain) {
      const errorClass = this.read(link, BRAND) && this.read(link, "errorClass");
      // One of ours, or of another version; the list of classes is not bundled for this.
      if (typeof errorClass !== "string" || !/^[A-Z_]+$/.test(errorClass)) continue;
      const timeout = TIMEOUTS.includes(this.read(link, "code")) || this.read(link, "timeout") === true;
      const retryAfterMs = MAY_COME_BACK.has(errorClass) && this.read(link, "retryAfterMs");
      const hasDelay = typeof retryAfterMs === "number";
      if (!timeout && !hasDelay) return errorClass as ErrorClass;
      return { errorClass: errorClass as ErrorClass, ...(timeout && { timeout }), ...(hasDelay && { retryAfterMs }) };
    }
    return undefined;
  }
}

function add(chain: object[], cause: unknown): void {
  if (isObject(cause) && chain.length < MOST_ERRORS && !chain.includes(cause)) chain.push(cause);
}
