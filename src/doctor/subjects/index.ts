export { closestWord } from "../../core/closest-word.ts";
export { isSubjectRecord, type Kind, kindOf, meantKind, memberOf, policyOfKey, SUBJECTS } from "./kind-of.ts";
export { toPlainJson } from "./plain-json.ts";
export { toRefused } from "./refused-options.ts";
export { type BreakerSettings, type ExaminedSubject, examineSubject, type View } from "./view.ts";
