import { gotCalls } from "./got-calls.ts";
import { gotHooks } from "./got-hooks.ts";
import { gotStreams } from "./got-streams.ts";

export const gotScenarios = { ...gotCalls, ...gotHooks, ...gotStreams };
