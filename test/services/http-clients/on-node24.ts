/* Runs the scenarios of a library with the version that it is told of, and prints what became of each: for a Node that this one is not. */
import type * as Got from "got";
import { gotScenarios } from "./got-scenarios.ts";
import { type AnyKy, ky2Scenarios, kyScenarios } from "./ky-scenarios.ts";
import type { Scenarios } from "./scenario.ts";
import { UserServer } from "./user-server.ts";

export interface Printed {
  /** By title: `"well"`, or what is wrong. */
  readonly ended: Readonly<Record<string, string>>;
  readonly unhandled: readonly string[];
}

const [library = "", version = ""] = process.argv.slice(2);
const module: unknown = await import(version);
const server = await UserServer.started();
const bound = <Given>(scenarios: Scenarios<Given>, given: Given) =>
  Object.entries(scenarios).map(([title, run]) => [title, () => run(given)] as const);
const scenarios =
  library === "got"
    ? bound(gotScenarios, { got: module as typeof Got, server })
    : bound(version === "ky2" ? { ...kyScenarios, ...ky2Scenarios } : kyScenarios, { ky: module as AnyKy, server });
const ended: Record<string, string> = {};
const unhandled: string[] = [];
for (const event of ["unhandledRejection", "uncaughtException"] as const)
  process.on(event as "unhandledRejection", (error: unknown) => void unhandled.push(`${event}: ${String(error)}`));
for (const [title, scenario] of scenarios) {
  server.forget();
  try {
    await scenario();
    ended[title] = "well";
  } catch (error) {
    ended[title] = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
process.stdout.write(JSON.stringify({ ended, unhandled } satisfies Printed));
process.exit(0);
