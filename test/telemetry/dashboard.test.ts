import { type Breaker, Bulkhead, CircuitBreaker, Policy } from "redress";
import { type DashboardOptions, dashboard } from "redress/dashboard";
import { Registry } from "redress/registry";
import { VirtualClock } from "redress/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const ORIGIN = "http://host.test";

function made(options: DashboardOptions = {}) {
  const clock = new VirtualClock();
  const registry = new Registry({ clock });
  const breaker = new CircuitBreaker({ name: "db" });
  const policy = registry.add(
    new Policy({ operation: "users", circuitBreaker: breaker, limiter: new Bulkhead({ maxConcurrent: 1 }) }),
  );
  const handler = dashboard({ registry, ...options });
  const ask = (path: string, init?: RequestInit) => handler(new Request(`${ORIGIN}${path}`, init));
  const post = (path: string, headers: Record<string, string> = { "sec-fetch-site": "same-origin" }) =>
    ask(path, { method: "POST", headers });
  return { clock, registry, breaker, policy, handler, ask, post };
}

describe("what is answered", () => {
  test.each([
    ["/", "/"],
    ["/", "/snapshot"],
    ["/ops/redress", "/ops/redress"],
    ["/ops/redress", "/ops/redress/"],
    ["/ops/redress/", "/ops/redress/snapshot"],
  ])("mounted at %s, %s is there", async (path, asked) => {
    const { ask } = made({ path });
    expect((await ask(asked)).status).toBe(200);
    const head = await ask(asked, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test.each([
    ["/", "/nothing"],
    ["/", "/constructor"],
    ["/ops", "/"],
    ["/ops", "/opsevents"],
    ["/ops", "/other/snapshot"],
    ["/ops", "/ops/snapshot/"],
  ])("mounted at %s, %s is not there", async (path, asked) => {
    const response = await made({ path }).ask(asked);
    expect([response.status, response.headers.get("cache-control")]).toEqual([404, "no-store"]);
  });

  test.each([
    ["POST", "/", "GET, HEAD"],
    ["DELETE", "/snapshot", "GET, HEAD"],
    ["HEAD", "/events", "GET"],
    ["GET", "/trip", "POST"],
    ["PUT", "/reset", "POST"],
  ])("%s %s is no method of it", async (method, path, allow) => {
    const response = await made({ authorize: () => true }).ask(path, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, allow]);
  });

  test("the snapshot is that of the registry, and nothing keeps it", async () => {
    const { ask, registry } = made();
    const response = await ask("/snapshot");
    expect(await response.json()).toEqual({ ...registry.snapshot(), atMs: expect.any(Number) });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "cache-control": "no-store",
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
  });

  test("the page has one script and one style, both named in its policy by their hashes, and no handler in its markup", async () => {
    const response = await made().ask("/");
    const page = await response.text();
    const policy = response.headers.get("content-security-policy") ?? "";
    for (const [element, directive] of [
      ["script", "script-src"],
      ["style", "style-src"],
    ] as const) {
      const [whole, ...more] = [...page.matchAll(new RegExp(`<${element}>([^]*?)</${element}>`, "g"))];
      expect(more).toEqual([]);
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(whole?.[1]));
      expect(policy).toContain(`${directive} 'sha256-${Buffer.from(digest).toString("base64")}';`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(page).not.toMatch(/https?:|<[^>]* on[a-z]+=/);
  });

  test("the title is text, whatever is in it", async () => {
    const page = await (await made({ title: `</title><script>1</script>"{{MAY_ACT}}$&` }).ask("/")).text();
    expect(page).toContain("<h1>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt;&quot;{{MAY_ACT}}$&amp;</h1>");
  });
});

describe("moving a circuit by hand", () => {
  test("is for nobody where the application does not say who may", async () => {
    const { post, ask, breaker } = made();
    expect((await post("/trip?circuit=db")).status).toBe(403);
    expect(breaker.state).toBe("closed");
    expect(await (await ask("/")).text()).toContain('data-may-act="no"');
  });

  test("works for whom the application allows it, who alone sees the buttons", async () => {
    const authorize = vi.fn(async ({ headers }: Request) => headers.get("cookie") === "operator");
    const { post, ask, breaker } = made({ authorize });
    const cookie = { cookie: "operator", "sec-fetch-site": "same-origin" };
    expect((await post("/trip?circuit=db", cookie)).status).toBe(204);
    expect(breaker.state).toBe("open");
    expect((await post("/reset?circuit=db", cookie)).status).toBe(204);
    expect(breaker.state).toBe("closed");
    expect((await post("/trip?circuit=db")).status).toBe(403);
    expect(breaker.state).toBe("closed");
    expect(await (await ask("/", { headers: { cookie: "operator" } })).text()).toContain('data-may-act="yes"');
    expect(await (await ask("/")).text()).toContain('data-may-act="no"');
  });

  test("only true is a yes", async () => {
    const { post, breaker } = made({ authorize: () => "false" as never });
    expect((await post("/trip?circuit=db")).status).toBe(403);
    expect(breaker.state).toBe("closed");
  });

  test.each<[string, Record<string, string>, number]>([
    ["another site", { "sec-fetch-site": "cross-site" }, 403],
    ["a sibling of the site", { "sec-fetch-site": "same-site", origin: ORIGIN }, 403],
    ["another origin, of an older browser", { origin: "http://evil.test" }, 403],
    ["an origin that begins like ours", { origin: "http://host.test.evil.test" }, 403],
    ["an opaque origin", { origin: "null" }, 403],
    ["nobody knows where", {}, 403],
    ["the page itself, of an older browser", { origin: ORIGIN }, 204],
    ["the page itself, behind a proxy that ends TLS", { origin: "https://host.test" }, 204],
    ["the page itself", { "sec-fetch-site": "same-origin" }, 204],
  ])("from %s", async (_where, headers, status) => {
    const authorize = vi.fn(() => true);
    const { post, breaker } = made({ authorize });
    expect((await post("/trip?circuit=db", headers)).status).toBe(status);
    expect(breaker.state).toBe(status === 204 ? "open" : "closed");
    expect(authorize).toHaveBeenCalledTimes(status === 204 ? 1 : 0);
  });

  test("of a circuit that there is not, or that cannot be moved, is refused", async () => {
    const { post, registry } = made({ authorize: () => true });
    const permit = {} as never;
    const breaker: Breaker = {
      name: "own",
      state: "closed",
      retryAfterMs: 0,
      allow: () => ({ admitted: true, state: "closed", permit }),
      recordSuccess: () => {},
      recordFailure: () => {},
      recordCancel: () => {},
    };
    registry.add(new Policy({ operation: "own", circuitBreaker: breaker }));
    expect((await post("/trip?circuit=nothing")).status).toBe(404);
    expect((await post("/trip")).status).toBe(404);
    expect((await post("/trip?circuit=own")).status).toBe(409);
  });

  test("what authorize throws is heard of, and is no yes", async () => {
    const onError = vi.fn();
    const failure = new Error("no session store");
    const { post, breaker } = made({ authorize: () => Promise.reject(failure), onError });
    const response = await post("/trip?circuit=db");
    expect([response.status, await response.text()]).toEqual([500, "The dashboard has failed.\n"]);
    expect(onError).toHaveBeenCalledExactlyOnceWith(failure);
    expect(breaker.state).toBe("closed");
  });
});

describe("events", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function events(options: DashboardOptions = {}) {
    const parts = made(options);
    const leaving = new AbortController();
    const response = await parts.ask("/events", { signal: leaving.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const next = async (): Promise<[string, { policies: { calls: number }[] } | null]> => {
      const { value } = await reader.read();
      const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)\n\n$/.exec(new TextDecoder().decode(value)) ?? [];
      return [event, data === "" ? null : JSON.parse(data)];
    };
    return { ...parts, leaving, response, reader, next };
  }

  test("begin with the snapshot of now, go on with changes, and say that they would", async () => {
    const { next, policy, clock, response, reader } = await events({ heartbeatMs: 10_000 });
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(await next()).toMatchObject(["snapshot", { policies: [{ calls: 0 }] }]);
    const changed = next();
    policy.callSync(() => 1);
    await clock.advance(1_000);
    expect(await changed).toMatchObject(["snapshot", { policies: [{ calls: 1 }] }]);
    const beat = next();
    vi.advanceTimersByTime(10_000);
    expect(await beat).toEqual(["beat", null]);
    await reader.cancel();
  });

  test("of a viewer who reads slowly only the latest snapshot is kept", async () => {
    const { next, policy, clock, reader } = await events();
    for (let i = 0; i < 5; i++) {
      policy.callSync(() => 1);
      await clock.advance(1_000);
    }
    const heard = [await next(), await next()].map(([, snapshot]) => snapshot?.policies[0]?.calls);
    expect(heard).toEqual([0, 5]);
    await reader.cancel();
  });

  test.each<[string, (viewer: Awaited<ReturnType<typeof events>>) => unknown]>([
    ["cancels", ({ reader }) => reader.cancel()],
    ["aborts", ({ leaving }) => leaving.abort()],
  ])("end, with their subscription and their timer, when the viewer %s", async (_how, leave) => {
    const viewer = await events();
    await viewer.next();
    expect([viewer.clock.pending, vi.getTimerCount()]).toEqual([1, 1]);
    await leave(viewer);
    expect([viewer.clock.pending, vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("of a viewer who has left before are none", async () => {
    const { ask, clock } = made();
    await ask("/events", { signal: AbortSignal.abort() });
    expect([clock.pending, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

test.each<[DashboardOptions, string]>([
  [{ path: "ops" }, 'dashboard.path must be a path that begins with "/", got "ops".'],
  [{ title: "" }, "dashboard.title must be a non-empty string"],
  [{ intervalMs: 0 }, "dashboard.intervalMs must be a number > 0"],
  [{ heartbeatMs: 2 ** 31 }, "dashboard.heartbeatMs must be a number > 0"],
  [{ registry: {} as never }, "dashboard.registry must be a Registry"],
  [{ authorize: true as never }, "dashboard.authorize must be a function"],
  [{ autorize: () => true } as object, "dashboard.autorize is not an option"],
])("a wrong option is refused: %o", (options, message) => {
  expect(() => dashboard(options)).toThrow(message);
});
