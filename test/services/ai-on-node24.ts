/* Runs the scenarios with ai 7, which asks for a newer Node than this one. */

import * as ai from "ai7";
import { createOpenAI } from "ai7-openai";
import { type Given, scenarios } from "./ai-scenarios.ts";
import { llmServer } from "./llm-server.ts";
import { given, printScenarios } from "./print-scenarios.ts";

const server = await llmServer();
await printScenarios(given(scenarios, { ai, createOpenAI, server } as unknown as Given));
