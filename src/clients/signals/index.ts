// ---- the callers' signals: one listener on each, however many calls watch it

export { AbortWatch } from "../../run/call/abort-watch.ts";
