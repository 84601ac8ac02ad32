/* A policy's fallback with the real got: its shortcuts read got's own last answer, which is the one that has failed. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import got from "got";
import { constant, Policy, unlimited } from "redress";
import { gotWithPolicy, outcomeOf } from "redress/got";
import { afterAll, beforeAll, expect, test } from "vitest";

let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((request, answer) => {
    const isWell = request.url === "/well";
    answer
      .writeHead(isWell ? 200 : 503, { "content-type": "application/json" })
      .end(isWell ? '{"name":"Ann"}' : '{"error":"busy"}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const falling = (given: unknown) =>
  gotWithPolicy(got, new Policy({ retry: { maxAttempts: 2, strategy: constant(0), budget: unlimited }, fallback: () => given }));

test("the shortcuts give the body of a fallback, and not that of the answer that failed", async () => {
  const api = falling({ body: { name: "nobody" } });
  expect(await api(url).json()).toEqual({ name: "nobody" });
  expect(await api(url, { throwHttpErrors: false }).json()).toEqual({ name: "nobody" });
  expect(await falling({ body: "nobody" })(url).text()).toBe("nobody");
  const bytes = Buffer.from("nobody");
  expect(await falling({ body: bytes })(url).buffer()).toBe(bytes);
});

test("so they do where got has had no answer at all", async () => {
  expect(await falling({ body: "nobody" })("http://127.0.0.1:9/").text()).toBe("nobody");
});

test("resolveBodyOnly gives the body of a fallback, too", async () => {
  expect(await falling({ body: { name: "nobody" } })(url, { resolveBodyOnly: true, responseType: "json" })).toEqual({
    name: "nobody",
  });
});

test("without a fallback they read what got has read, and throw what it throws", async () => {
  const api = falling({ body: "nobody" });
  expect(await api(`${url}/well`).json()).toEqual({ name: "Ann" });
  const error: unknown = await gotWithPolicy(got, { retry: { maxAttempts: 2, strategy: constant(0), budget: unlimited } })(url)
    .json()
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "HTTPError" });
  expect(outcomeOf(error)).toMatchObject({ attempts: 2, stopReason: "MAX_ATTEMPTS_GLOBAL" });
});

test("a fallback that gives no response is told so, where its body is wanted", async () => {
  await expect(falling({ name: "nobody" })(url).json()).rejects.toThrow(
    "what fallback gives to gotWithPolicy must be a response of got, such as { body, statusCode: 200 }, got an object with name.",
  );
});

test("a shortcut can be cancelled, and asks for its type", async () => {
  const answer = falling({ body: "nobody" })(`${url}/well`).json();
  answer.cancel();
  await expect(answer).rejects.toMatchObject({ name: "CancelError" });
});
