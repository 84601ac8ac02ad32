import type { Classification } from "../../core/failure/classification.ts";
import { type ErrorClass, isErrorClass } from "../../core/failure/error-class.ts";
import {
  AuthError,
  ConcurrencyError,
  PermanentError,
  PermissionError,
  RateLimitError,
  ServerError,
  TransientError,
} from "../../core/failure/markers.ts";
import { refuse } from "../../core/option-rules.ts";
import type { Request } from "./dependency.ts";

/** What a modelled failure throws, as far as hooks and handlers can see it. */
export const SIMULATED_ERRORS: Readonly<Record<ErrorClass, Error>> = {
  AUTH: new AuthError("simulated"),
  PERMISSION: new PermissionError("simulated"),
  PERMANENT: new PermanentError("simulated"),
  CONCURRENCY: new ConcurrencyError("simulated"),
  RATE_LIMIT: new RateLimitError("simulated"),
  SERVER_ERROR: new ServerError("simulated"),
  TRANSIENT: new TransientError("simulated"),
  UNKNOWN: new Error("simulated"),
};

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
