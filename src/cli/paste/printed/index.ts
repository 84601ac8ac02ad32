export { type ReadPrinted, readPrinted } from "./read-printed.ts";
