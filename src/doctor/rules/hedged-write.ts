import { descriptionOf } from "../../core/part.ts";
import { isNamedLikeAWrite } from "../named-like-a-write.ts";
import type { SubjectRule } from "./rule.ts";

export const hedgedWrite: SubjectRule = {
  id: "hedged-write",
  summary: "An operation that is named like a write is hedged: it may be carried out twice.",
  reads: ["operation", "hedge", "maxAttempts"],
  check({ plan: { operation, hedge }, worst: { perRound } }) {
    if (hedge === null || perRound === 1 || operation === undefined || !isNamedLikeAWrite(operation)) return [];
    const message =
      `The operation "${operation}" is named like a write, and the hedge starts it again while it is in flight: ` +
      "where both reach the dependency, it is carried out twice, although nothing has failed.";
    const fix =
      "Leave the hedge out; or make it safe to run twice at the same time, by an idempotency key say, and let its name tell so (idempotent).";
    return [{ option: "hedge", value: descriptionOf(hedge), message, fix }];
  },
};
