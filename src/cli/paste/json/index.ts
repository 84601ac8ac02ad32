export { readJson } from "./read-json.ts";
