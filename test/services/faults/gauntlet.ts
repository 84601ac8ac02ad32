/*
 * The gauntlet: a client, sent through every fault. For the tests of an integration:
 *
 *   describeGauntlet("createFetch", (policy) => {
 *     const fetch = createFetch(policy);
 *     return {
 *       async request({ url, method, body, signal, idempotencyKey }) {
 *         const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
 *         const response = await fetch(url, { method, signal, headers, ...(body !== undefined && { body }) });
 *         return { status: response.status, text: await response.text(), response };
 *       },
 *     };
 *   });
 *
 * The policy that it is given counts attempts: the client must go through it, or through what `with` makes of it, and not lengthen its bounds. What a client may do
 * differently it says by `manners`; client-under-test.ts says what they are, and judge.ts which laws they do not touch.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FAULTS } from "./all-faults.ts";
import type { MakeClient, Manners } from "./client-under-test.ts";
import type { Fault, Where } from "./fault.ts";
import { Gauntlet } from "./run-gauntlet.ts";

export type { MakeClient } from "./client-under-test.ts";

const CHAPTERS: Readonly<Record<Where, string>> = {
  connect: "the request never leaves",
  head: "the request leaves, and no answer comes",
  body: "an answer begins, and does not end well",
  status: "the answer says that it failed",
  redirect: "the answer names another place",
  none: "the answer looks strange, and is one",
};

/**
 * Registers the tests of a client.
 *
 * @param only for a variant of a client that has been through all of it: the faults that it may take differently
 */
export function describeGauntlet(name: string, make: MakeClient, manners: Manners = {}, only?: (fault: Fault) => boolean): void {
  describe(`${name}, sent through every fault`, () => {
    let gauntlet: Gauntlet;
    beforeAll(async () => {
      gauntlet = await Gauntlet.start(make, manners);
    });
    afterAll(() => gauntlet?.close());

    for (const [where, chapter] of Object.entries(CHAPTERS)) {
      const faults = FAULTS.filter((fault) => fault.where === where && (only === undefined || only(fault)));
      if (faults.length === 0) continue;
      test.each(faults.map((fault): [string, Fault] => [fault.name, fault]))(`${chapter}: %s`, async (_name, fault) => {
        expect(await gauntlet.meets(fault)).toEqual([]);
      });
    }

    if (only !== undefined) return;
    test("a server that fails twice is asked a third time, with the same key and body", async () => {
      expect(await gauntlet.recovers()).toEqual([]);
    });
    test("a server that is only starting gets a request once", async () => {
      expect(await gauntlet.waitsForStart()).toEqual([]);
    });
    test("10,000 calls, 50 at a time, leave nothing behind", async () => {
      expect(await gauntlet.crowd({ calls: 10_000, atATime: 50 })).toEqual([]);
    }, 240_000);
  });
}
