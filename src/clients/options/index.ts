// ---- the rules by which all options are checked, for integrations

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
