/* What every server integration must do with a limiter at its door. */
import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { AdaptiveConcurrency, Bulkhead } from "redress";
import { currentScope } from "redress/scope";
import { afterEach, describe, expect, test } from "vitest";
import { ask, askAndLeave, askH2 } from "./client.ts";
import type { Framework, Running, Service } from "./service.ts";

/** A handler whose requests wait until they are let go. */
function held(): { readonly handle: () => Promise<unknown>; readonly begun: () => number; letGo(): void } {
  const waiting: (() => void)[] = [];
  let begun = 0;
  return {
    handle: async () => {
      begun++;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { left: currentScope()?.remainingMs ?? null };
    },
    begun: () => begun,
    letGo: () => {
      for (const each of waiting.splice(0)) each();
    },
  };
}

export function describeShedding(framework: Framework): void {
  describe("a limiter at the door", () => {
    const running: Running[] = [];
    const start = async (service: Service): Promise<string> => {
      const started = await framework.start(service);
      running.push(started);
      return `${started.origin}/orders/7`;
    };
    afterEach(async () => {
      for (const each of running.splice(0)) await each.close();
    });

    test("turns away what is too much, at once, with 503 and when to come back", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1 });
      const { handle, begun, letGo } = held();
      const url = await start({ handle, shed: { limiter } });
      const first = ask(url);
      await expect.poll(begun).toBe(1);
      const { status, headers, body } = await ask(url);
      expect([status, headers["retry-after"], JSON.parse(body)]).toEqual([
        503,
        "1",
        { type: "about:blank", title: "Service Unavailable", status: 503 },
      ]);
      expect(headers["content-type"]).toContain("application/problem+json");
      expect(begun()).toBe(1);
      letGo();
      expect((await first).status).toBe(200);
      await expect.poll(() => limiter.inUse).toBe(0);
      const third = ask(url);
      await expect.poll(begun).toBe(2);
      letGo();
      expect((await third).status).toBe(200);
      expect(limiter.stats).toMatchObject({ admitted: 2, rejected: 1 });
    });

    test("lets wait what has room in its queue, each in its own scope", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 5 });
      const { handle, begun, letGo } = held();
      const url = await start({ handle, shed: { limiter } });
      const first = ask(url, { headers: { "x-request-timeout-ms": "20000" } });
      await expect.poll(begun).toBe(1);
      const second = ask(url, { headers: { "x-request-timeout-ms": "50000" } });
      await expect.poll(() => limiter.waiting).toBe(1);
      letGo();
      expect(JSON.parse((await first).body).left).toBeLessThan(20_000);
      await expect.poll(begun).toBe(2);
      letGo();
      expect(JSON.parse((await second).body).left).toBeGreaterThan(25_000);
      await expect.poll(() => limiter.inUse).toBe(0);
    });

    test("lets nobody wait for longer than the caller does, or when the caller has gone", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1, maxQueue: 5 });
      const { handle, begun, letGo } = held();
      const url = await start({ handle, shed: { limiter } });
      const first = ask(url);
      await expect.poll(begun).toBe(1);
      expect((await ask(url, { headers: { "x-request-timeout-ms": "150" } })).status).toBe(504);
      await askAndLeave(url, "before an answer", expect.poll(() => limiter.waiting).toBe(1));
      await expect.poll(() => limiter.waiting).toBe(0);
      letGo();
      expect((await first).status).toBe(200);
      expect(begun()).toBe(1);
    });

    test("leaves the last places to what matters more, and health checks alone", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 2 });
      const { handle, begun, letGo } = held();
      const priorityOf = (method: string): "low" | "high" => (method === "POST" ? "low" : "high");
      const url = await start({ handle, shed: { limiter, priorityOf, exemptPaths: ["/orders/health"] } });
      const low = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
      const asked = [ask(url, low)];
      await expect.poll(begun).toBe(1);
      expect((await ask(url, low)).status).toBe(503);
      asked.push(ask(url));
      await expect.poll(begun).toBe(2);
      expect((await ask(url)).status).toBe(503);
      asked.push(ask(url.replace("/7", "/health?deep=1")));
      await expect.poll(begun).toBe(3);
      expect(limiter.inUse).toBe(2);
      letGo();
      for (const { status } of await Promise.all(asked)) expect(status).toBeLessThan(300);
      await expect.poll(() => limiter.inUse).toBe(0);
    });

    test("gets a place back when its client has gone, and when its handler has failed", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1 });
      let begun = 0;
      const handle = (): Promise<never> => {
        const signal = currentScope()?.signal as AbortSignal;
        return new Promise((_resolve, reject) => {
          if (++begun > 1) throw new Error("down");
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      };
      const url = await start({ handle, shed: { limiter } });
      await askAndLeave(url, "before an answer", expect.poll(() => begun).toBe(1));
      await expect.poll(() => limiter.inUse).toBe(0);
      expect((await ask(url)).status).toBe(framework.unknownStatus);
      await expect.poll(() => limiter.inUse).toBe(0);
      expect(limiter.stats).toMatchObject({ admitted: 2, rejected: 0 });
    });

    test("gets a place back when its client leaves while it sends a body", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1 });
      const url = await start({ handle: () => ({}), shed: { limiter } });
      const headers = { "content-type": "application/json", "content-length": "1000" };
      const sent = request(url, { agent: new Agent(), method: "POST", headers });
      // Where the handler does not wait for the body, it has answered already.
      const over = Promise.race([once(sent, "error"), once(sent, "response")]);
      sent.write('{"half": ');
      // Nest reads bodies before it asks anybody on Express: there, no place is taken.
      await sleep(150);
      sent.destroy();
      await over.catch(() => {});
      await expect.poll(() => limiter.inUse).toBe(0);
      expect((await ask(url)).status).toBe(200);
    });

    test.runIf(framework.tellsTheEnd)("holds a place until the last byte", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1 });
      const { handle, begun, letGo } = held();
      const url = (await start({ handle, parts: true, shed: { limiter } })).replace("orders", "parts");
      const sent = request(url, { agent: new Agent() });
      sent.end();
      const [answer] = (await once(sent, "response")) as [NodeJS.ReadableStream];
      await once(answer, "data");
      expect([limiter.inUse, begun()]).toEqual([1, 1]);
      expect((await ask(url)).status).toBe(503);
      letGo();
      answer.resume();
      await once(answer, "end");
      await expect.poll(() => limiter.inUse).toBe(0);
    });

    test.runIf(framework.speaksH2c)("does the same over HTTP/2", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 1 });
      const { handle, begun, letGo } = held();
      const origin = (await start({ handle, protocol: "h2c", shed: { limiter } })).replace("/orders/7", "");
      const first = askH2(origin, "/orders/7");
      await expect.poll(begun).toBe(1);
      expect(await askH2(origin, "/orders/7")).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
      letGo();
      expect((await first).status).toBe(200);
      await expect.poll(() => limiter.inUse).toBe(0);
    });

    test("tells of a priority that is none by an error, and of its own mistakes when it is installed", async () => {
      const limiter = new AdaptiveConcurrency();
      const url = await start({ handle: () => ({}), shed: { limiter, priorityOf: () => "urgent" as never } });
      expect((await ask(url)).status).toBe(framework.unknownStatus);
      expect(limiter.inUse).toBe(0);
      await expect(async () => start({ handle: () => ({}), shed: { limiter: {} as never } })).rejects.toThrow("limiter must be");
    });

    test("has all its places again after 2,000 requests, half of them turned away or given up", async () => {
      const limiter = new Bulkhead({ maxConcurrent: 10, maxQueue: 10 });
      const handle = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve, {}));
      const url = await start({ handle, shed: { limiter } });
      const agent = new Agent({ keepAlive: true, maxSockets: 40 });
      const statuses = new Map<number, number>();
      const one = async (index: number): Promise<void> => {
        if (index % 10 === 0) return askAndLeave(url, "before an answer", Promise.resolve());
        const { status } = await ask(url, { agent });
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      };
      await Promise.all(Array.from({ length: 2_000 }, (_, index) => one(index)));
      agent.destroy();
      await expect.poll(() => [limiter.inUse, limiter.waiting]).toEqual([0, 0]);
      expect([...statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
      expect(statuses.get(200)).toBeGreaterThan(100);
    }, 60_000);
  });
}
