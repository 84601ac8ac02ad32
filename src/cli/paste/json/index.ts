export { type ReadJson, readJson } from "./read-json.ts";
