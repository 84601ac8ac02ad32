/* Runs the scenarios of a library with the version that it is told of: for a Node that this one is not. */
import type * as Got from "got";
import { printScenarios } from "../print-scenarios.ts";
import { gotScenarios } from "./got-scenarios.ts";
import { type AnyKy, ky2Scenarios, kyScenarios } from "./ky-scenarios.ts";
import type { Scenarios } from "./scenario.ts";
import { type UserServer, withUserServer } from "./user-server.ts";

const [library = "", version = ""] = process.argv.slice(2);
const module: unknown = await import(version);

const withServers = <Given extends { readonly server: UserServer }>(scenarios: Scenarios<Given>, given: Omit<Given, "server">) =>
  Object.fromEntries(
    Object.entries(scenarios).map(([title, scenario]) => [
      title,
      () => withUserServer((server) => scenario({ ...given, server } as Given)),
    ]),
  );

await printScenarios(
  library === "got"
    ? withServers(gotScenarios, { got: module as typeof Got })
    : withServers(version === "ky2" ? { ...kyScenarios, ...ky2Scenarios } : kyScenarios, { ky: module as AnyKy }),
);
