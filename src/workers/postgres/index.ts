export { insist } from "./insist.ts";
