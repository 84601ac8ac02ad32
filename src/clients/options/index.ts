// ---- the rules by which all options are checked, for integrations

export {
  aboveZero,
  aFunction,
  anObject,
  arrayOf,
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
  zeroOrMore,
} from "../../core/option-rules.ts";
