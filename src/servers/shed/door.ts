/*
 * Load shedding: a server that has more to do than it can takes on what it can do in time, and tells the others at once. Each request asks a limiter before anything
 * is done for it, and holds its place until it is over.
 */
import { type Admission, LimitedError, type Limiter, type LimitPermit } from "../../index.ts";
import { currentScope } from "../../scope/index.ts";
import { endOfRequest, type RequestEnd } from "./request-end.ts";
import type { Priority, ShedOptions } from "./shed-options.ts";
import { Turn } from "./turn.ts";

/** A request that wants to come in. */
export interface Visitor extends RequestEnd {
  /** The framework's own request, for the application's function. */
  readonly request: unknown;
  readonly method: string | undefined;
  /** As it was asked for, perhaps with a query. */
  readonly url: string | undefined;
  /** Settles when the request is over. @default the promise of its handler */
  readonly until?: PromiseLike<unknown> | undefined;
}

const HEALTH_CHECKS = ["/health", "/healthz", "/health/live", "/health/ready", "/livez", "/readyz"];

const SHARES: Readonly<Record<Exclude<Priority, "exempt">, number>> = { high: 1, normal: 0.9, low: 0.5 };

/** What becomes of a request. */
export interface Handling<T> {
  readonly enter: () => T;
  /** Answers instead, and is told why: by an error for `toHttpAnswer`, unless the limiter is at fault, or the application's function. */
  readonly turnAway: (error: unknown) => T;
}

interface Asked {
  readonly turn: Turn;
  readonly answer: Admission;
}

export class Door {
  readonly #limiter: Limiter;
  readonly #priority: ((request: never) => Priority) | undefined;
  readonly #exempt: ReadonlySet<string>;

  private constructor(limiter: Limiter, { priority, exemptPaths = HEALTH_CHECKS }: ShedOptions) {
    this.#limiter = limiter;
    this.#priority = priority;
    this.#exempt = new Set(exemptPaths);
  }

  /** `null` where every request is taken on. */
  static of(options: ShedOptions): Door | null {
    return options.limiter === undefined ? null : new Door(options.limiter, options);
  }

  /**
   * Lets a request in, at once or when its turn has come, or turns it away. Called in the scope of the request, whose deadline and signal end the wait.
   *
   * Both functions are called in the asynchronous context of this call.
   */
  pass<T>(visitor: Visitor, { enter, turnAway }: Handling<T>): T | Promise<Awaited<T>> {
    const scope = currentScope();
    let asked: Asked | null;
    try {
      asked = this.#ask(visitor, scope?.remainingMs ?? Infinity);
    } catch (mistake) {
      // Frameworks do not expect a middleware to throw.
      return turnAway(mistake);
    }
    if (asked === null) return enter();
    const { turn, answer } = asked;
    if (answer.kind === "admitted") return this.#in(answer, visitor, enter);
    if (answer.kind === "rejected") return turnAway(new LimitedError(answer));
    return this.#later(turn.wait(answer, scope?.signal), visitor, { enter, turnAway });
  }

  /** `null` for a request that takes no place. */
  #ask(visitor: Visitor, maxWaitMs: number): Asked | null {
    const share = this.#shareOf(visitor);
    if (share === null) return null;
    const turn = new Turn(share, maxWaitMs);
    return { turn, answer: this.#limiter.admit(turn) };
  }

  /** Of the places; `null` for none. */
  #shareOf({ request, method, url = "" }: Visitor): number | null {
    if ((method === "GET" || method === "HEAD") && this.#exempt.has(url.split("?", 1)[0] as string)) return null;
    if (this.#priority === undefined) return 1;
    const priority = this.#priority(request as never);
    if (priority === "exempt") return null;
    if (Object.hasOwn(SHARES, priority)) return SHARES[priority];
    throw new TypeError(`priority must give "exempt", "high", "normal" or "low", got ${JSON.stringify(priority)}.`);
  }

  async #later<T>(admitted: Promise<LimitPermit>, visitor: Visitor, { enter, turnAway }: Handling<T>): Promise<Awaited<T>> {
    let permit: LimitPermit;
    try {
      permit = await admitted;
    } catch (why) {
      return await turnAway(why);
    }
    return await this.#in(permit, visitor, enter);
  }

  #in<T>(permit: LimitPermit, visitor: Visitor, enter: () => T): T {
    const leave = (): void => this.#limiter.release(permit, endOfRequest(visitor));
    if (visitor.until !== undefined) {
      visitor.until.then(leave, leave);
      return enter();
    }
    const handled = enter();
    Promise.resolve(handled).then(leave, leave);
    return handled;
  }
}
