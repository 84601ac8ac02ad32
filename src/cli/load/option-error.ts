import { fixOf } from "../../doctor/fix.ts";
import type { Finding } from "../../doctor/index.ts";
import { userPlace } from "./user-stack.ts";

/** What our constructors throw, of whichever copy of the package: `owner.option must be RULE, got VALUE.` */
const refusal = /^([a-z]\w*(?:[.[][\w\].[]+)?) must be (.+), got (.+)\.$/s;

export function isOptionError(error: unknown): error is Error {
  return error instanceof Error && (error.name === "TypeError" || error.name === "RangeError") && refusal.test(error.message);
}

/** The finding that such an error is. */
export function toFinding(error: Error, subject: string): Finding {
  const [, option = "", , value = ""] = refusal.exec(error.message) ?? [];
  const at = userPlace(error)?.at;
  return {
    severity: "error",
    rule: "invalid-option",
    subject,
    option,
    value: asJson(value),
    message: at === undefined ? error.message : `${error.message} At ${at}.`,
    fix: fixOf(option, option.split(/[.[]/).at(-1), asJson(value), error.message.slice(option.length)),
  };
}

/** The value as it was, where the message says it all. */
function asJson(shown: string): unknown {
  if (shown === "undefined") return null;
  try {
    return JSON.parse(shown);
  } catch {
    return shown;
  }
}
