/* What every server integration must do when its server shuts down. */
import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { Policy } from "redress";
import { Shutdown } from "redress/node-http";
import { afterEach, describe, expect, test } from "vitest";
import { ask } from "./client.ts";
import type { Framework, Running, Service } from "./service.ts";

const quick = new Policy({ retry: {} });

export function describeShuttingDown(framework: Framework): void {
  describe("a server that shuts down", () => {
    const running: Running[] = [];
    const start = async (service: Service): Promise<Running> => {
      const started = await framework.start(service);
      running.push(started);
      return started;
    };
    afterEach(async () => {
      for (const each of running.splice(0)) await each.close();
    });

    test("answers what is under way, accepts no more, and closes connections as they become idle", async () => {
      const shutdown = new Shutdown({ graceMs: 60_000 });
      const server = await start({ handle: () => quick.call(() => sleep(300, { ok: true })), options: { shutdown } });
      const agent = new Agent({ keepAlive: true });
      const idle = new Agent({ keepAlive: true, maxSockets: 1 });
      const url = `${server.origin}/orders/7`;
      expect((await ask(url, { agent: idle })).status).toBe(200);
      const underWay = ask(url, { agent });
      await expect.poll(() => shutdown.inFlight).toBe(1);
      expect(shutdown.isClosing).toBe(false);
      const ended = server.shutDown(shutdown);
      expect([shutdown.isClosing, server.shutDown(shutdown) === ended]).toEqual([true, true]);
      expect((await underWay).status).toBe(200);
      expect([await ended, shutdown.inFlight]).toEqual([true, 0]);
      await expect(ask(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
      agent.destroy();
      idle.destroy();
    });

    test.runIf(framework.speaksH2c)("does not wait for the sessions of HTTP/2", async () => {
      const shutdown = new Shutdown({ graceMs: 60_000 });
      const handle = (): Promise<unknown> => quick.call(() => sleep(300, { ok: true }));
      const server = await start({ handle, protocol: "h2c", options: { shutdown } });
      const session = connect(server.origin);
      const stream = session.request({ ":path": "/orders/7" });
      await expect.poll(() => shutdown.inFlight).toBe(1);
      const ended = server.shutDown(shutdown);
      stream.resume();
      await once(stream, "end");
      expect(await ended).toBe(true);
      session.destroy();
    });

    test("ends what takes too long, with 503", async () => {
      const shutdown = new Shutdown({ graceMs: 200 });
      const server = await start({ handle: () => quick.call(() => new Promise(() => {})), options: { shutdown } });
      const underWay = ask(`${server.origin}/orders/7`, { agent: new Agent({ keepAlive: true }) });
      await expect.poll(() => shutdown.inFlight).toBe(1);
      expect(await server.shutDown(shutdown)).toBe(false);
      const { status, headers, body } = await underWay;
      expect([status, headers["retry-after"], JSON.parse(body)]).toEqual([
        503,
        "1",
        { type: "about:blank", title: "Service Unavailable", status: 503 },
      ]);
    });

    test("closes the connections of handlers that go on nevertheless", async () => {
      const shutdown = new Shutdown({ graceMs: 100 });
      const server = await start({ handle: () => new Promise(() => {}), options: { shutdown } });
      const sent = request(`${server.origin}/orders/7`, { agent: new Agent({ keepAlive: true }) });
      const failed = once(sent, "error");
      sent.end();
      await expect.poll(() => shutdown.inFlight).toBe(1);
      expect(await server.shutDown(shutdown)).toBe(false);
      expect(await failed).toMatchObject([{ code: "ECONNRESET" }]);
    });
  });
}
