/*
 * What the libraries of the field have in common, for those that have no file of their own: most of it. Facts under other names (a status,
 * a delay, a wrapped error) count like those that every classifier knows; words count last.
 */
import type { Library } from "../shared/index.ts";
import { delayRule } from "./delay.ts";
import { flagRule } from "./flags.ts";
import { messageRule } from "./message.ts";
import { statusRule } from "./status.ts";
import { vocabularyRule } from "./vocabulary.ts";
import { WRAPPERS, WRAPPERS_OF_ERRORS } from "./wrappers.ts";

export const common: Library = {
  name: "common",
  looks: {},
  meaning: {
    fallbacks: [statusRule, vocabularyRule, flagRule, delayRule],
    lastResort: messageRule,
    wrappers: WRAPPERS,
    wrappersOfErrors: WRAPPERS_OF_ERRORS,
  },
};
