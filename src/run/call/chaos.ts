import { hasMethods } from "../../core/is-object.ts";
import type { Clock } from "../time/clock.ts";
import type { AttemptInfo } from "./options.ts";

/** Where an operation is invoked. */
export interface ChaosPlace {
  /** The policy's: what takes time takes it there. */
  readonly clock: Clock;
  /** A synchronous call: nothing can be waited for but by blocking. */
  readonly blocks: boolean;
}

/** What stands between the attempts of a policy and its operation, and makes some of them fail: for tests, and for staging. */
export interface Chaos {
  /** Whether it does anything. */
  readonly enabled: boolean;
  /** Invokes the operation, or does something else in its place. What it gives, or throws, is what the operation would have. */
  invoke(operation: (attempt: AttemptInfo) => unknown, attempt: AttemptInfo, place: ChaosPlace): unknown;
}

/** Whether an object is a chaos, by its method. */
export const isChaosMonkey = (value: object): value is Chaos => hasMethods(value, ["invoke"]);
