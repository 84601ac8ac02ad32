/* The recorded scenarios, read off the disk: apart from what plays them, which runs on platforms that have none. */
import { readFileSync } from "node:fs";
import type { Scenario } from "./scenario.ts";

export const scenarios: readonly Scenario[] = JSON.parse(readFileSync(new URL("./scenarios.json", import.meta.url), "utf8"));
