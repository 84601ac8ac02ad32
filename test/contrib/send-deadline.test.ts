/* What createFetch tells servers of its deadlines. */
import { constant, Policy, type PolicyOptions } from "redress";
import { createFetch, type FetchOptions } from "redress/fetch";
import { runInScope } from "redress/scope";
import { VirtualClock } from "redress/testing";
import { policyInterceptor, type RequestOptions } from "redress/undici";
import { describe, expect, test } from "vitest";

const HEADER = "x-request-timeout-ms";

/** What a server was told by each request. */
function told(policy: PolicyOptions<Response, Response>, options: FetchOptions, answers: readonly number[] = [200]) {
  const clock = new VirtualClock();
  const values: (string | null)[] = [];
  const api = createFetch(
    { ...policy, clock },
    {
      ...options,
      fetch: async (input, init) => {
        const request = new Request(input as string, init as RequestInit);
        values.push(request.headers.get(HEADER));
        return new Response("", { status: answers[values.length - 1] ?? 200 });
      },
    },
  );
  return { api, clock, values };
}

describe("sendDeadline", () => {
  test("is off by default: nobody is told", async () => {
    const { api, values } = told({ retry: { deadlineMs: 5_000 } }, {});
    await api("https://orders.internal/7");
    expect(values).toEqual([null]);
  });

  test("tells what is left, of each attempt its own", async () => {
    const { api, clock, values } = told(
      { retry: { deadlineMs: 5_000, strategy: constant(1_000.5) } },
      { sendDeadline: true },
      [503, 503],
    );
    const answer = api("https://orders.internal/7");
    await clock.run();
    await answer;
    // Never more than is left.
    expect(values).toEqual(["5000", "3999", "2999"]);
  });

  test("tells the least of the attempt timeout, and of the deadlines of policy, call and scope", async () => {
    const { api, clock, values } = told({ retry: { deadlineMs: 5_000, attemptTimeoutMs: 2_000 } }, { sendDeadline: true });
    const url = "https://orders.internal/7";
    await api(url);
    await api(url, { redress: { deadlineMs: 1_500 } });
    await runInScope({ deadlineMs: 800, clock }, () => api(url));
    await runInScope({ deadlineMs: 0.2, clock }, () => api(url));
    expect(values).toEqual(["2000", "1500", "800", "1"]);
  });

  test("tells nothing where nothing bounds the call", async () => {
    const { api, values } = told({ retry: { deadlineMs: Infinity } }, { sendDeadline: true });
    await api("https://orders.internal/7");
    expect(values).toEqual([null]);
    const plain = told({ circuitBreaker: {} }, { sendDeadline: true });
    await plain.api("https://orders.internal/7");
    expect(plain.values).toEqual([null]);
  });

  test.each<[string, readonly string[], boolean]>([
    ["https://orders.internal/7", ["orders.internal"], true],
    ["https://ORDERS.internal:8443/7", ["Orders.Internal"], true],
    ["https://orders.internal.evil.example/7", ["orders.internal"], false],
    ["https://evil-orders.internal/7", ["orders.internal"], false],
    ["https://a.b.svc.cluster.local/7", ["*.svc.cluster.local"], true],
    ["https://svc.cluster.local/7", ["*.svc.cluster.local"], false],
    ["https://evilsvc.cluster.local/7", ["*.svc.cluster.local"], false],
    ["http://127.0.0.1:80/7", ["127.0.0.1"], true],
    ["http://[::1]:80/7", ["[::1]"], true],
    ["http://[::1]:80/7", ["[0:0:0:0:0:0:0:1]"], true],
    ["https://orders.internal./7", ["orders.internal"], true],
    ["https://orders.internal/7", ["orders.internal."], true],
    ["https://a.svc.cluster.local./7", ["*.svc.cluster.local"], true],
    ["https://bücher.example/7", ["Bücher.example"], true],
    ["https://my_orders/7", ["other", "my_orders"], true],
    ["https://orders.internal/7", ["internal"], false],
  ])("of %s, where %j are named: %s", async (url, sendDeadline, isTold) => {
    const { api, values } = told({ retry: { deadlineMs: 5_000 } }, { sendDeadline });
    await api(url);
    expect(values).toEqual([isTold ? "5000" : null]);
  });

  test("leaves what the caller has set, and the caller's own headers as they are", async () => {
    const { api, values } = told({ retry: { deadlineMs: 5_000 } }, { sendDeadline: true });
    await api("https://orders.internal/7", { headers: { "X-Request-Timeout-Ms": "70" } });
    const given = { "x-of": "mine" };
    await api("https://orders.internal/7", { headers: given });
    await api(new Request("https://orders.internal/7", { headers: { "x-of": "its" } }));
    expect(values).toEqual(["70", "5000", "5000"]);
    expect(given).toEqual({ "x-of": "mine" });
  });

  test("keeps the headers of a Request", async () => {
    const seen: (string | null)[] = [];
    const api = createFetch(new Policy<Response, Response>({ retry: {}, clock: new VirtualClock() }), {
      sendDeadline: true,
      fetch: async (input, init) => {
        const { headers } = new Request(input as Request, init as RequestInit);
        seen.push(headers.get("x-of"), headers.get(HEADER));
        return new Response();
      },
    });
    await api(new Request("https://orders.internal/7", { headers: { "x-of": "its" } }));
    expect(seen).toEqual(["its", "60000"]);
  });

  test.each<[unknown]>([["yes"], ["orders.internal"], [[]], [7], [null], [{}]])("%j is refused", (sendDeadline) => {
    expect(() => createFetch({}, { sendDeadline: sendDeadline as never })).toThrow(
      /^createFetch\.sendDeadline must be true, false or an array of hosts, such as \["orders\.internal", .*\], got/,
    );
  });

  test.each<[unknown]>([
    ["https://orders.internal"],
    ["orders.internal:80"],
    ["orders.internal/7"],
    ["user@orders.internal"],
    ["orders internal"],
    ["orders..internal"],
    [".internal"],
    [""],
    ["."],
    ["*"],
    ["*."],
    ["*.*.internal"],
    ["a.*.internal"],
    ["*.127.0.0.1"],
    ["256.0.0.1"],
    ["::1"],
    ["[::1]:80"],
    ["[::g]"],
    ["%61.internal"],
    [`${"a".repeat(64)}.internal`],
    [7],
    [null],
  ])("%j is no host", (host) => {
    expect(() => createFetch({}, { sendDeadline: ["orders.internal", host as string] })).toThrow(
      /^createFetch\.sendDeadline\[1\] must be a host without scheme, port and path, such as .*, got/,
    );
  });
});

describe("deadlineHeader", () => {
  test("is the name that servers are told by", async () => {
    const seen: (string | null)[] = [];
    const api = createFetch(new Policy<Response, Response>({ retry: {}, clock: new VirtualClock() }), {
      sendDeadline: true,
      deadlineHeader: "X-Time-Left",
      fetch: async (_input, init) => {
        const headers = new Headers(init?.headers);
        seen.push(headers.get("x-time-left"), headers.get(HEADER));
        return new Response();
      },
    });
    await api("https://orders.internal/7");
    await api("https://orders.internal/7", { headers: { "x-time-left": "70" } });
    expect(seen).toEqual(["60000", null, "70", null]);
  });

  const makers: readonly (readonly [string, (options: RequestOptions) => unknown])[] = [
    ["createFetch", (options) => createFetch({}, options)],
    ["policyInterceptor", (options) => policyInterceptor({}, options)],
  ];

  test.each<[unknown]>([
    [""],
    ["x timeout"],
    ["x-timeout:"],
    ["x-t\u00efmeout"],
    ["x\r\ny"],
    [7],
    [false],
    [["x-timeout"]],
    [null],
  ])("%j is no name", (name) => {
    for (const [owner, make] of makers)
      expect(() => make({ sendDeadline: true, deadlineHeader: name as string })).toThrow(
        `${owner}.deadlineHeader must be the name of a header that says milliseconds, such as "x-request-timeout-ms", got `,
      );
  });

  test("is not that of gRPC, which has a form of its own", () => {
    for (const [, make] of makers) expect(() => make({ sendDeadline: true, deadlineHeader: "Grpc-Timeout" })).toThrow(RangeError);
  });

  test("is refused where nobody is said to be told, since nobody would be", () => {
    for (const [owner, make] of makers)
      expect(() => make({ deadlineHeader: "x-timeout" })).toThrow(
        `${owner}.deadlineHeader must be left out where sendDeadline is not given, which says who is told, got "x-timeout".`,
      );
    expect(() => createFetch({}, { sendDeadline: false, deadlineHeader: "x-timeout" })).not.toThrow();
  });
});
