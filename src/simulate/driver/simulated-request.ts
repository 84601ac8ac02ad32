import type { Classification } from "../../core/failure/classification.ts";
import { isErrorClass } from "../../core/failure/error-class.ts";
import { refuse } from "../../core/option-rules.ts";
import type { Request } from "./dependency.ts";

/** One attempt, as the dependency sees it. */
export class SimulatedRequest implements Request {
  abandoned = false;
  answer: Classification | null | undefined = undefined;
  // Until it is over: a dependency may keep its request for long.
  #answered: ((failure: Classification | null) => void) | null;
  #isWaitedFor = false;
  #abandoned: (() => void) | null = null;

  constructor(answered: (failure: Classification | null) => void) {
    this.#answered = answered;
  }

  /** The answer that the dependency gave at once. Where there is none yet, `answered` is told later. */
  takeAnswer(): Classification | null | undefined {
    this.#isWaitedFor = true;
    return this.answer;
  }

  respond(failure: Classification | null): void {
    const answered = this.#answered;
    if (answered === null) return;
    if (failure !== null && !isErrorClass(failure?.errorClass))
      refuse("request.respond.failure", "null for a success, or an object with an errorClass", failure);
    this.#answered = null;
    this.answer = failure;
    if (this.#isWaitedFor) answered(failure);
  }

  whenAbandoned(then: () => void): void {
    this.#abandoned = then;
  }

  abandon(): void {
    this.abandoned = true;
    this.#answered = null;
    this.#abandoned?.();
  }
}
