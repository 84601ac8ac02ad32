export { readPrinted } from "./read-printed.ts";
