export { common } from "./common.ts";
export { withDelay } from "./delay.ts";
