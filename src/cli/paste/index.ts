export { type ChainLink, chainOf } from "./chain.ts";
export { type Paste, readPaste } from "./read-paste.ts";
export type { Unread } from "./unread.ts";
