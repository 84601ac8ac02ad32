/* Runs the scenarios with the undici that it is told of, and prints what became of each: for a Node that this one is not. */
import type * as Undici from "undici";
import { crowd, scenarios } from "./undici-scenarios.ts";
import { UndiciServer } from "./undici-server.ts";

const CROWD = "10,000 calls leave nothing behind";
const undici = (await import(process.argv[2] ?? "")) as typeof Undici;
const server = await UndiciServer.started();
const ended: Record<string, string> = {};
const unhandled: string[] = [];
process.on("unhandledRejection", (error) => void unhandled.push(String(error)));
for (const [title, scenario] of Object.entries({ ...scenarios, [CROWD]: crowd })) {
  try {
    await scenario({ undici, server, isNewerThanPlatform: process.versions["undici"]?.startsWith("8") !== true });
    ended[title] = "well";
  } catch (error) {
    ended[title] = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
await server.close();
process.stdout.write(JSON.stringify({ ended, unhandled }));
process.exit(0);
