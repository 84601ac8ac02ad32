export { kindOfWord } from "./code-in-words.ts";
export { common } from "./common.ts";
export { ownDelay, withDelay } from "./delay.ts";
export { messageRule, passingIn } from "./message.ts";
export { refined } from "./refine.ts";
export { USED_UP } from "./used-up.ts";
