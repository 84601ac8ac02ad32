/* The events of the dashboard, and the work of its answers: no name becomes an event of its own, no viewer leaves anything behind, and no request asks for more than one look. */
import fc from "fast-check";
import { CircuitBreaker, Policy } from "redress";
import { dashboard } from "redress/dashboard";
import { Registry, type RegistrySnapshot } from "redress/registry";
import { expect, test } from "vitest";
import { inherited, unpolluted } from "./unharmed.ts";

const name = fc.oneof(
  fc.constantFrom<string>("db\n\nevent: beat\ndata: \n\n", "\r\rdata: {}\r", "\u2028\n:", "</script>", "\0", ...inherited),
  fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
);
const header = fc.string({ maxLength: 200 }).map((text) => text.replace(/[^\x20-\x7e]/g, ""));
const headers = fc.dictionary(
  fc.constantFrom("last-event-id", "accept", "origin", "sec-fetch-site", "cookie", "range", "if-none-match"),
  header,
  { maxKeys: 4, noNullPrototype: true },
);
const query = fc.oneof(
  fc.constant(""),
  fc.webQueryParameters().map((all) => `?${all}`),
  fc.constantFrom(...inherited).map((key) => `?${key}=1&circuit=${key}`),
  fc.integer({ min: 1, max: 2_000 }).map((times) => `?${"circuit=x&".repeat(times)}`),
);

/** A registry of one policy that counts what is asked of it. */
function counting(called: string): {
  readonly registry: Pick<Registry, "snapshot" | "subscribe" | "trip" | "reset">;
  readonly asked: { looks: number; viewers: number; moves: number };
} {
  const real = new Registry();
  real.add(new Policy({ operation: called, circuitBreaker: new CircuitBreaker({ name: called }) }));
  const asked = { looks: 0, viewers: 0, moves: 0 };
  const move = (how: "trip" | "reset") => (circuit: string) => {
    asked.moves++;
    return real[how](circuit);
  };
  return {
    asked,
    registry: {
      snapshot: () => {
        asked.looks++;
        return real.snapshot();
      },
      subscribe: (listener, options) => {
        asked.viewers++;
        const leave = real.subscribe(listener, options);
        const left = (): void => {
          asked.viewers--;
          leave();
        };
        return Object.assign(left, { [Symbol.dispose]: left });
      },
      trip: move("trip"),
      reset: move("reset"),
    },
  };
}

test("a viewer gets one event at a time, whatever things are called, and leaves nothing behind", async () => {
  await fc.assert(
    fc.asyncProperty(
      name,
      query,
      headers,
      fc.constantFrom("aborts", "cancels", "never came"),
      async (called, asked, given, how) => {
        const { registry, asked: counts } = counting(called);
        const leaving = new AbortController();
        if (how === "never came") leaving.abort();
        const failures: unknown[] = [];
        const handler = dashboard({ registry: registry as Registry, onError: (error) => void failures.push(error) });
        const response = await handler(
          new Request(`http://host.test/events${asked}`, { headers: given, signal: leaving.signal }),
        );
        expect([response.status, failures]).toEqual([200, []]);
        const reader = (response.body as ReadableStream<Uint8Array>).getReader();
        if (how !== "never came") {
          const event = new TextDecoder().decode((await reader.read()).value);
          expect(event.split(/\r\n|\r|\n/)).toEqual(["event: snapshot", expect.stringMatching(/^data: \{/), "", ""]);
          const told = JSON.parse(event.slice("event: snapshot\ndata: ".length)) as RegistrySnapshot;
          expect(told.policies[0]?.name).toBe(called);
          expect(counts.viewers).toBe(1);
        }
        if (how === "aborts") leaving.abort();
        if (how === "cancels") await reader.cancel();
        await reader.read().catch(() => {});
        expect(counts.viewers).toBe(0);
        unpolluted();
      },
    ),
    { numRuns: 500 },
  );
});

test("no request asks for more than one look at the registry and one move, however long it is, and its length is not answered", async () => {
  const place = fc.constantFrom(
    "/",
    "/snapshot",
    "/trip",
    "/reset",
    "/events",
    "/nothing",
    `/${"a/".repeat(2_000)}`,
    "/%2e%2e/".repeat(500),
  );
  const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
  await fc.assert(
    fc.asyncProperty(place, method, query, headers, async (where, how, asked, given) => {
      fc.pre(where !== "/events" || how !== "GET");
      const { registry, asked: counts } = counting("db");
      let authorized = 0;
      const handler = dashboard({
        registry: registry as Registry,
        authorize: () => {
          authorized++;
          return true;
        },
      });
      const ask = (target: string): Promise<Response> =>
        handler(new Request(`http://host.test${target}`, { method: how, headers: given }));
      const body = await (await ask(`${where}${asked}`)).text();
      expect([counts.looks <= 1, counts.moves <= 1, counts.viewers, authorized <= 1]).toEqual([true, true, 0, true]);
      // The time of a snapshot is in it, and has as many letters.
      if (where !== "/snapshot" && how !== "POST") expect(body).toHaveLength((await (await ask(where)).text()).length);
      expect(body.length).toBeLessThan(200_000);
      unpolluted();
    }),
    { numRuns: 500 },
  );
});
