/* The gauntlet catches clients that are wrong on purpose, and lets right ones pass. */
import { afterEach, describe, expect, test } from "vitest";
import { faultOf } from "./all-faults.ts";
import { describeGauntlet } from "./gauntlet.ts";
import { fetchClient, UNDICI_MANNERS, undiciClient } from "./right-clients.ts";
import { Gauntlet } from "./run-gauntlet.ts";
import { WRONG } from "./wrong-clients.ts";

describe("a wrong client is caught that", () => {
  let gauntlet: Gauntlet | undefined;
  afterEach(() => gauntlet?.close());

  test.each(Object.entries(WRONG))("%s", async (_what, { make, fault, says }) => {
    gauntlet = await Gauntlet.start(make, {}, 3_000);
    const wrong = fault === "crowd" ? await gauntlet.crowd({ calls: 500, atATime: 50 }) : await gauntlet.meets(faultOf(fault));
    expect(wrong.join("\n")).toMatch(says);
  });

  test.each(["crowd", ...new Set(Object.values(WRONG).map(({ fault }) => fault))])(
    "... and a right one is not, by %s",
    async (fault) => {
      gauntlet = await Gauntlet.start(fetchClient, {}, 3_000);
      expect(
        fault === "crowd" ? await gauntlet.crowd({ calls: 500, atATime: 50 }) : await gauntlet.meets(faultOf(fault)),
      ).toEqual([]);
    },
  );
});

describeGauntlet("fetch by hand", fetchClient, { repeatsWhatNeverLeft: true });
describeGauntlet("undici's request", undiciClient, UNDICI_MANNERS);
