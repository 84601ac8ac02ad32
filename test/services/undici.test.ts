/* The interceptor in undici 6 and 7 on this Node, with the `fetch` that it has built in, and in undici 8 on a newer one. */
import * as undici7 from "undici";
import * as undici6 from "undici6";
import { afterAll, beforeAll, describe, test } from "vitest";
import { scenarios } from "./undici-scenarios.ts";
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
