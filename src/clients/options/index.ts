// ---- the rules by which all options are checked, for integrations

export { isPlain } from "../../core/is-object.ts";
export {
  aboveZero,
  aFunction,
  checkedByOwner,
  type OptionRule,
  type OptionTable,
  objectWith,
  oneOf,
  refuse,
  requireOptions,
  text,
  trueOrFalse,
  wholeFrom,
} from "../../core/option-rules.ts";

// ---- the options of a policy, for those of them that are given in another place by mistake

export { policyTable } from "../../policy/policy-options.ts";
