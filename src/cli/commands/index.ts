export { reportFailure } from "./report-failure.ts";
export { run } from "./run.ts";
