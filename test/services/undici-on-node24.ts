/* Runs the scenarios with the undici that it is told of: for a Node that this one is not. */
import type * as Undici from "undici";
import { given, printScenarios } from "./print-scenarios.ts";
import { CROWD, crowd, scenarios } from "./undici-scenarios.ts";
import { UndiciServer } from "./undici-server.ts";

const undici = (await import(process.argv[2] ?? "")) as typeof Undici;
const server = await UndiciServer.started();
const isNewerThanPlatform = process.versions["undici"]?.startsWith("8") !== true;
await printScenarios(given({ ...scenarios, [CROWD]: crowd }, { undici, server, isNewerThanPlatform }));
