import { WrongAnswer } from "../../core/retry/wrong-answer.ts";
import { abandonPromise } from "./isolation.ts";

/** The fault of code that decides. A promise that it returned in place of an answer may reject unheard. */
export function withoutPromise(fault: unknown): unknown {
  abandonPromise(WrongAnswer.answerOf(fault));
  return fault;
}
