// ---- the callers' signals: one listener on each, however many calls watch it

export { AbortWatch, joinedSignal } from "../../run/call/abort-watch.ts";

// ---- what is under way

export { InFlight } from "../../run/call/in-flight.ts";

// ---- what nobody else would hear of

export { warn } from "../../run/call/warning.ts";
