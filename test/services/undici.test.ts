/* The interceptor in undici 6 and 7 on this Node, with the `fetch` that it has built in, and in undici 8 on a newer one. */
import { type PolicyInterceptor, policyInterceptor } from "redress/undici";
import * as undici7 from "undici";
import * as undici6 from "undici6";
import type * as undici8 from "undici8";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { onNode24 } from "./node24.ts";
import type { Printed } from "./print-scenarios.ts";
import { CROWD, scenarios } from "./undici-scenarios.ts";
import { UndiciServer } from "./undici-server.ts";

let server: UndiciServer;
beforeAll(async () => {
  server = await UndiciServer.started();
});
afterAll(() => server.close());

const versions = { "undici 6": undici6 as unknown as typeof undici7, "undici 7": undici7 };

describe.each(Object.entries(versions))("%s", (_version, undici) => {
  test.each(Object.entries(scenarios))("%s", (_title, scenario) => scenario({ undici, server }), 60_000);
});

describe("undici 8, on Node 24", () => {
  let printed: Printed = { ended: {}, unhandled: [] };
  beforeAll(async () => {
    printed = await onNode24("undici-on-node24.ts", "undici8");
  }, 120_000);

  test.each([...Object.keys(scenarios), CROWD])("%s", (title) => {
    expect(printed.ended[title]).toBe("well");
  });
  test("no rejection is unhandled", () => {
    expect(printed.unhandled).toEqual([]);
  });
});

test("each version's compose takes it, without a cast", () => {
  const interceptor: PolicyInterceptor = policyInterceptor();
  expectTypeOf(interceptor).toExtend<undici6.Dispatcher.DispatcherComposeInterceptor>();
  expectTypeOf(interceptor).toExtend<undici7.Dispatcher.DispatcherComposeInterceptor>();
  expectTypeOf(interceptor).toExtend<undici8.Dispatcher.DispatcherComposeInterceptor>();
  expectTypeOf(new undici7.Agent().compose(interceptor)).toExtend<undici7.Dispatcher>();
  expectTypeOf(new undici6.Agent().compose([interceptor])).toExtend<undici6.Dispatcher>();
});
