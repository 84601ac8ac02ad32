import { descriptionOf } from "../../core/part.ts";
import type { SubjectRule } from "./rule.ts";

export const chaosInPolicy: SubjectRule = {
  id: "chaos-in-policy",
  summary: "A policy has a chaos, which makes attempts fail when it is switched on.",
  reads: ["chaos"],
  check({ plan: { chaos } }) {
    if (chaos === null) return [];
    const now = chaos.enabled
      ? "It is switched on here: attempts fail that would not, and results may be wrong."
      : "It is switched off here, and does nothing; where it is switched on, attempts fail that would not.";
    return [
      {
        option: "chaos",
        value: descriptionOf(chaos),
        message: `The policy has a chaos in the place of its operation. ${now}`,
        fix: "Leave it out of policies that are deployed to production; give it in tests, by policy.with({ chaos }), or where only staging is told to switch it on.",
      },
    ];
  },
};
