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
import { type Check, courseChecks, faultChecks } from "./checks.ts";
import type { MakeClient, Manners } from "./client-under-test.ts";
import type { Fault } from "./fault.ts";
import { Gauntlet } from "./run-gauntlet.ts";

export type { MakeClient } from "./client-under-test.ts";

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

    const titled = (checks: readonly Check[]) => checks.map(({ title, run }) => [title, run] as const);
    test.each(titled(faultChecks(only)))("%s", async (_title, run) => {
      expect(await run(gauntlet)).toEqual([]);
    });
    if (only !== undefined) return;
    test.each(titled(courseChecks(10_000)))(
      "%s",
      async (_title, run) => {
        expect(await run(gauntlet)).toEqual([]);
      },
      240_000,
    );
  });
}
