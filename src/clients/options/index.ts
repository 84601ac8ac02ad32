// ---- the rules by which all options are checked, for integrations

export { isPlain } from "../../core/is-object.ts";
export {
  aboveZero,
  aFunction,
  arrayOf,
  checkedByOwner,
  finiteFrom,
  type OptionRule,
  type OptionTable,
  objectWith,
  oneOf,
  refuse,
  report,
  requireOptions,
  text,
  trueOrFalse,
  wholeFrom,
  zeroOrMore,
} from "../../core/option-rules.ts";

export { isHeaderName } from "./header-name.ts";

// ---- the options of a policy, for those of them that are given in another place by mistake

export { policyTable } from "../../policy/policy-options.ts";

// ---- what errors are called in labels, for what tells of calls

export { errorName } from "../../run/call/error-name.ts";
