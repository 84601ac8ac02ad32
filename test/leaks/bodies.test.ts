/* Bodies that are read for long: what a garbage collection meanwhile must not take away. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createFetch } from "redress/fetch";
import { afterAll, beforeAll, expect, test } from "vitest";

// The half of a body, and nothing more.
const server = createServer((_request, response) => {
  response.writeHead(200, { "content-length": 10 });
  response.write("12345");
});
let url = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test.each<[string, (signal: AbortSignal) => Parameters<typeof fetch>]>([
  ["a URL and a signal", (signal) => [url, { signal }]],
  // The platform's own `fetch` does not hear of it: the signal of a Request is its Request's, which is gone.
  ["a Request with a signal", (signal) => [new Request(url, { signal })]],
  ["a signal of two", (signal) => [url, { signal: AbortSignal.any([signal, new AbortController().signal]) }]],
  ["a Request with a signal of two", (signal) => [new Request(url, { signal: AbortSignal.any([signal]) })]],
  ["a Request with a body", (signal) => [new Request(url, { method: "PUT", body: "text", signal })]],
])("who aborts the reading of a body is heard after a garbage collection: %s", async (_what, argumentsOf) => {
  const api = createFetch();
  const leaving = new AbortController();
  const reading = (async () => (await api(...argumentsOf(leaving.signal))).text())();
  const ended = reading.catch((error: unknown) => error);
  for (let turn = 0; turn < 3; turn++) {
    await sleep(40);
    globalThis.gc?.();
  }
  leaving.abort(new Error("enough"));
  expect(await ended).toMatchObject({ message: "enough" });
});
