/* The dashboard on node:http, in Express and in Hono, over real connections. */
import { once } from "node:events";
import { connect } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { Hono } from "hono";
import { CircuitBreaker, Policy } from "redress";
import { type Dashboard, dashboard } from "redress/dashboard";
import { Registry } from "redress/registry";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type Listening, listen } from "./listen.ts";

let listening: Listening | undefined;
afterEach(() => listening?.close());

function made(path?: string) {
  const registry = new Registry();
  const breaker = new CircuitBreaker({ name: "db" });
  const policy = registry.add(new Policy({ operation: "users", circuitBreaker: breaker }));
  const subscriptions = { open: 0 };
  const counted = {
    snapshot: () => registry.snapshot(),
    trip: (name: string) => registry.trip(name),
    reset: (name: string) => registry.reset(name),
    subscribe: ((listener, options) => {
      subscriptions.open++;
      const end = registry.subscribe(listener, options);
      return (() => {
        subscriptions.open--;
        end();
      }) as typeof end;
    }) as Registry["subscribe"],
  };
  return {
    registry,
    breaker,
    policy,
    subscriptions,
    handler: dashboard({ registry: counted, authorize: () => true, path, intervalMs: 20 }),
  };
}

const servers: [string, string, (handler: Dashboard) => Parameters<typeof listen>[0], string | undefined][] = [
  ["node:http", "", ({ node }) => node, undefined],
  ["node:http, below a path", "/ops", ({ node }) => node, "/ops"],
  ["Express", "/ops", ({ node }) => express().use("/ops", node), undefined],
  ["Hono", "/ops", (handler) => getRequestListener(new Hono().mount("/ops", handler).fetch), undefined],
];

describe.each(servers)("on %s", (_name, at, listenerOf, path) => {
  test("the page, the snapshot and the buttons are there, and nothing else", async () => {
    const { handler, breaker } = made(path);
    listening = await listen(listenerOf(handler));
    const url = `${listening.url}${at}`;
    expect(await (await fetch(`${url}/`)).text()).toContain("<title>redress</title>");
    expect(await (await fetch(url)).text()).toContain("<title>redress</title>");
    expect(await (await fetch(`${url}/snapshot`)).json()).toMatchObject({ policies: [{ name: "users" }] });
    const headers = { origin: listening.url };
    expect((await fetch(`${url}/trip?circuit=db`, { method: "POST", headers })).status).toBe(204);
    expect(breaker.state).toBe("open");
    expect((await fetch(`${url}/reset?circuit=db`, { method: "POST", headers: { origin: "http://evil.test" } })).status).toBe(
      403,
    );
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  test("events come as they happen, and end when the client leaves", async () => {
    const { handler, policy, subscriptions } = made(path);
    listening = await listen(listenerOf(handler));
    const leaving = new AbortController();
    const response = await fetch(`${listening.url}${at}/events`, { signal: leaving.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toContain('"calls":0');
    expect(subscriptions.open).toBe(1);
    policy.callSync(() => 1);
    expect(await read()).toContain('"calls":1');
    leaving.abort();
    await vi.waitFor(() => expect(subscriptions.open).toBe(0));
  });
});

test("a hundred clients that leave, at once or after a while, leave no subscription", async () => {
  const { handler, subscriptions } = made();
  listening = await listen(handler.node);
  const url = `${listening.url}/events`;
  await Promise.all(
    Array.from({ length: 100 }, async (_each, index) => {
      const leaving = new AbortController();
      const response = fetch(url, { signal: leaving.signal });
      if (index % 2 === 0) await (await response).body?.getReader().read();
      leaving.abort();
      await response.catch(() => {});
    }),
  );
  await vi.waitFor(() => expect(subscriptions.open).toBe(0));
});

test("a client that does not read is waited for: what it misses does not pile up", async () => {
  const { handler, policy, registry } = made();
  // A snapshot of a few hundred kilobytes.
  for (let i = 0; i < 300; i++) registry.add(new Policy({ operation: `policy_${i}`, retry: {} }));
  let written = 0;
  listening = await listen((request, response) => {
    const write = response.write.bind(response);
    response.write = ((chunk: Uint8Array) => {
      written += chunk.length;
      return write(chunk);
    }) as typeof response.write;
    void handler.node(request, response);
  });
  const { port } = new URL(listening.url);
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  socket.pause();
  socket.write("GET /events HTTP/1.1\r\nhost: a\r\n\r\n");
  let before = -1;
  // Until nothing more is written though there is always something new.
  await vi.waitFor(
    async () => {
      before = written;
      for (let i = 0; i < 20; i++) {
        policy.callSync(() => 1);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      expect(written).toBe(before);
    },
    { timeout: 25_000, interval: 10 },
  );
  expect(written).toBeGreaterThan(0);
  socket.destroy();
});

test("a method that no Request can have is refused, and a host that is none does no harm", async () => {
  const { handler } = made();
  listening = await listen(handler.node);
  const { port } = new URL(listening.url);
  const raw = async (head: string) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.end(`${head}\r\nconnection: close\r\n\r\n`);
    const chunks = await socket.toArray();
    return Buffer.concat(chunks).toString().split("\r\n")[0];
  };
  expect(await raw("TRACE / HTTP/1.1\r\nhost: a")).toBe("HTTP/1.1 405 Method Not Allowed");
  expect(await raw("GET /snapshot HTTP/1.1\r\nhost: a b/%")).toBe("HTTP/1.1 200 OK");
});
