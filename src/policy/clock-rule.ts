import { type OptionRule, objectWith } from "../core/option-rules.ts";

export const clockRule: OptionRule = objectWith("a Clock with the methods now, sleep and alarm", ["now", "sleep", "alarm"]);
