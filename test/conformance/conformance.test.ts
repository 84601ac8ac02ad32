import { describe, expect, test } from "vitest";
import { scenarios } from "./recorded.ts";
import { drivers, play } from "./scenario.ts";

test("all recorded scenarios are here", () => expect(scenarios).toHaveLength(300));

describe.each(Object.entries(drivers))("recorded scenarios agree through %s", (_name, drive) => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))("%s", async (_scenario, scenario) => {
    const expected = scenario.expected.map((call) => ({
      ...call,
      nextDelayMs: call.stopReason === "SCHEDULED" ? call.nextDelayMs : null,
    }));
    expect(await play(scenario, drive)).toEqual(expected);
  });
});
