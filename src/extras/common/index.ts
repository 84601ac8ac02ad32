export { common } from "./common.ts";
export { withDelay } from "./delay.ts";
export { refined } from "./refine.ts";
