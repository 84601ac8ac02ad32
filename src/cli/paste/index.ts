export { type ChainLink, chainOf } from "./chain.ts";
export { readPaste } from "./read-paste.ts";
export type { Unread } from "./unread.ts";
