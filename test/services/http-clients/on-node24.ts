/* Runs the scenarios of a library with the version that it is told of: for a Node that this one is not. */
import type * as Got from "got";
import { given, printScenarios } from "../print-scenarios.ts";
import { gotScenarios } from "./got-scenarios.ts";
import { type AnyKy, ky2Scenarios, kyScenarios } from "./ky-scenarios.ts";
import { UserServer } from "./user-server.ts";

const [library = "", version = ""] = process.argv.slice(2);
const module: unknown = await import(version);
const server = await UserServer.started();
const scenarios =
  library === "got"
    ? given(gotScenarios, { got: module as typeof Got, server })
    : given(version === "ky2" ? { ...kyScenarios, ...ky2Scenarios } : kyScenarios, { ky: module as AnyKy, server });
await printScenarios(scenarios, () => server.forget());
