import { type Refusal, refusalOf } from "../../core/refusal.ts";
import type { Finding } from "../../doctor/index.ts";
import { toPlainJson, toRefused } from "../../doctor/subjects/index.ts";
import { userPlace } from "./user-stack.ts";

/** Whether a constructor threw it, of whichever copy of the package, because it refused an option. */
export function isOptionError(error: unknown): error is Error {
  return error instanceof Error && refusalOf(error) !== undefined;
}

/** The finding that such an error is. */
export function toFinding(error: Error, subject: string): Finding {
  const { option, value, message, fix } = toRefused(refusalOf(error) as Refusal);
  const at = userPlace(error)?.at;
  return {
    severity: "error",
    rule: "invalid-option",
    subject,
    option,
    value: toPlainJson(value),
    message: at === undefined ? message : `${message} At ${at}.`,
    fix,
  };
}
