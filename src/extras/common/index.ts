export { common } from "./common.ts";
export { ownDelay, withDelay } from "./delay.ts";
export { passingIn } from "./message.ts";
export { refined } from "./refine.ts";
export { codesOf, kindOfWord } from "./vocabulary.ts";
