/*
 * The gauntlet in a process of its own, on a newer Node, for versions of clients that this Node does not run. The program makes the client, goes through `printGauntlet`, and its
 * tests stand here by the same titles. The crowd is smaller: the version that this Node runs has met the large one.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { onNode24 } from "../node24.ts";
import { courseChecks, faultChecks } from "./checks.ts";
import { CROWD } from "./print-gauntlet.ts";

/** Registers the tests of a client that a program sends through the gauntlet. */
export function describeGauntletOnNode24(name: string, program: string, ...args: readonly string[]): void {
  describe(`${name}, sent through every fault on Node 24`, () => {
    let found: Readonly<Record<string, readonly string[]>> = {};
    beforeAll(async () => {
      found = await onNode24(program, ...args);
    }, 240_000);

    test.each([...faultChecks(), ...courseChecks(CROWD)].map(({ title }) => title))("%s", (title) => {
      expect(found[title]).toEqual([]);
    });
  });
}
