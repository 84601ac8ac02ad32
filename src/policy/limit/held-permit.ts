import type { Limiter, LimitPermit } from "../../core/limit/limiter.ts";
import { refuse } from "../../core/option-rules.ts";

/** A permit that knows which limiter it belongs to, until it is given back. */
export class HeldPermit implements LimitPermit {
  readonly kind = "admitted";
  #holder: Limiter | null;

  constructor(holder: Limiter) {
    this.#holder = holder;
  }

  /**
   * Takes a permit back, once.
   *
   * @param owner how messages name the limiter's class
   * @throws TypeError for what is no permit of this limiter, or was given back before
   */
  static takeBack<Permit extends HeldPermit>(
    owner: string,
    holder: Limiter,
    Kind: new (...args: never[]) => Permit,
    permit: unknown,
  ): Permit {
    if (!(permit instanceof Kind)) refuse(`${owner}.release.permit`, "the permit that admit() or tryAcquire() answered", permit);
    if (permit.#holder !== holder) {
      refuse(
        `${owner}.release.permit`,
        permit.#holder === null ? "a permit that was not given back before" : `a permit of this limiter ("${holder.name}")`,
        permit.#holder === null ? permit : `a permit of "${permit.#holder.name}"`,
      );
    }
    permit.#holder = null;
    return permit;
  }
}
