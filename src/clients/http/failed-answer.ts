/*
 * Clients that are told not to throw give an answer whatever its status is. To a policy, an answer that is worth another try has failed all the same, and
 * classifiers read it as they read the errors of clients that throw: by its `response`. What the caller gets at the end is the client's to say.
 */
import { defaultResultClassifier } from "../../index.ts";

/** An answer that its client would hand out, and whose status is worth another try. */
export class FailedAnswer<Response> extends Error {
  static {
    Object.defineProperty(FailedAnswer.prototype, "name", { value: "FailedAnswer", writable: true, configurable: true });
  }
  readonly response: Response;

  constructor(operation: string, status: number, response: Response) {
    super(`${operation} answered ${status}.`);
    this.response = response;
  }
}

/** Whether an answer is worth another try: by the rules for what `fetch` gives back. */
export function isWorthAnotherTry(status: number, headers: unknown): boolean {
  if (status < 400) return false;
  return defaultResultClassifier({ [Symbol.toStringTag]: "Response", status, headers: headers ?? {} }) !== null;
}
