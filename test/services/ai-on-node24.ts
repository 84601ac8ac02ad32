/* Runs the scenarios with ai 7, and prints what became of each: it asks for a newer Node than this one. */

import * as ai from "ai7";
import { createOpenAI } from "ai7-openai";
import { type Given, scenarios } from "./ai-scenarios.ts";
import { llmServer } from "./llm-server.ts";

const server = await llmServer();
const given = { ai, createOpenAI, server } as unknown as Given;
const ended: Record<string, string> = {};
const unhandled: string[] = [];
process.on("unhandledRejection", (error) => void unhandled.push(String(error)));
for (const [title, scenario] of Object.entries(scenarios)) {
  try {
    await scenario(given);
    ended[title] = "well";
  } catch (error) {
    ended[title] = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
await server.close();
process.stdout.write(JSON.stringify({ ended, unhandled }));
process.exit(0);
