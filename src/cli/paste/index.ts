export { type Paste, readPaste } from "./read-paste.ts";
export { fieldOf, type Unread } from "./unread.ts";
