/* What the dashboard answers to anybody, and what the page of a report says: nothing of what was given stands in HTML as it was. */
import fc from "fast-check";
import { CircuitBreaker, Policy } from "redress";
import { dashboard } from "redress/dashboard";
import { Registry } from "redress/registry";
import { expect, test } from "vitest";
import { fill } from "../../src/cli/print/report-page.ts";
import { frozen, hostileJson, inherited, unpolluted } from "./unharmed.ts";

const HOSTILE = [
  "</script><script>polluted()</script>",
  "<img src=x onerror=polluted()>",
  `"'><svg onload=polluted()>`,
  "</title><h1>polluted",
  "{{TITLE}}$&$1$`",
  "<!--",
  "]]>",
  "\u2028\u2029\0",
] as const;
const hostile = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: "grapheme", maxLength: 30 }));

/** The answers that there are. */
const STATUSES: readonly number[] = [200, 204, 403, 404, 405, 409];

const path = fc.oneof(
  fc.constantFrom("/", "/snapshot", "/trip", "/reset", "/ops", "/ops/", "/ops/snapshot", "//", "/..%2f", "/%00", "/ops/%E0%A4%A"),
  fc.constantFrom(...inherited).map((name) => `/${name}`),
  fc.webPath(),
);
const query = fc.oneof(
  fc.constant(""),
  hostile.map((name) => `?circuit=${encodeURIComponent(name)}`),
  fc.constantFrom(...inherited).map((name) => `?circuit=${name}&${name}=1&circuit=${name}`),
  fc.webQueryParameters().map((all) => `?${all}`),
);
const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND");
const headerText = fc.string({ maxLength: 20 }).map((text) => text.replace(/[^\x20-\x7e]/g, ""));
const headers = fc.dictionary(
  fc.constantFrom("origin", "sec-fetch-site", "host", "accept", "x-forwarded-host", "cookie"),
  headerText,
  {
    maxKeys: 4,
    noNullPrototype: true,
  },
);

test("every request has an answer, no failure, and none moves a circuit but from the page itself", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(path, query, method, headers, hostile, fc.boolean(), async (where, asked, how, given, name, mayAct) => {
      const registry = new Registry();
      const breaker = new CircuitBreaker({ name: name || "db" });
      registry.add(new Policy({ operation: name || "db", circuitBreaker: breaker }));
      const failures: unknown[] = [];
      const handler = dashboard({
        registry,
        title: name || "redress",
        path: "/ops",
        onError: (error) => void failures.push(error),
        ...(mayAct && { authorize: () => true }),
      });
      const hasBody = !["GET", "HEAD"].includes(how);
      const response = await handler(
        new Request(`http://host.test${where.startsWith("/ops") ? "" : "/ops"}${where}${asked}`, {
          method: how,
          headers: given,
          ...(hasBody && { body: name }),
        }),
      );
      expect(failures).toEqual([]);
      expect(STATUSES).toContain(response.status);
      if (response.status === 200) found++;
      const type = response.headers.get("content-type") ?? "";
      const body = await response.text();
      // Whatever is no page is nothing that a browser runs.
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      if (type.startsWith("text/html") && how === "GET") expectEscaped(body, name);
      if (!type.startsWith("text/html")) expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      if (type.startsWith("text/plain") && name.length > 8) expect(body).not.toContain(name);
      if (response.status !== 204) expect(breaker.state).toBe("closed");
      else expect([mayAct, how]).toEqual([true, "POST"]);
      unpolluted();
    }),
    { numRuns: 1_000 },
  );
  // Some of them are answered with a page, or what it asks for.
  expect(found).toBeGreaterThan(10);
});

/** Of what has a meaning in HTML, nothing stands in the page but what stands in every page. */
function expectEscaped(page: string, given: string): void {
  expect(page).not.toContain("polluted()</script>");
  const signs = (text: string): string => text.replace(/[^<>]/g, "");
  expect(signs(page)).toBe(signs(EMPTY));
  if (/[<>"'&]/.test(given.trim()) && given.length > 3) expect(page).not.toContain(given);
}

const EMPTY = await (await dashboard({ registry: new Registry(), title: "redress" })(new Request("http://host.test/"))).text();

test("a request of Node's has an answer, whatever stands in its lines", async () => {
  const registry = new Registry();
  const { node } = dashboard({ registry });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.constantFrom<string | undefined>(undefined, "GET", "TRACE", "CONNECT", "", "get", "GE T", "\0"),
        fc.string({ maxLength: 8 }),
      ),
      fc.oneof(
        fc.constantFrom<string | undefined>(undefined, "", "*", "//evil.test/", "http://evil.test/", "/\\evil.test", "/?\0"),
        path,
        fc.string({ maxLength: 30 }),
      ),
      fc.dictionary(
        fc.constantFrom("host", ":authority", ":path", "origin", "cookie"),
        fc.oneof(
          headerText,
          hostile.map((text) => text.replace(/[^\x20-\x7e]/g, "")),
        ),
        { maxKeys: 4 },
      ),
      async (asked, url, given) => {
        const answered = { status: 0, headers: [] as string[], ended: 0 };
        const response = {
          get statusCode(): number {
            return answered.status;
          },
          set statusCode(status: number) {
            answered.status = status;
          },
          destroyed: false,
          setHeader: (name: string) => void answered.headers.push(name),
          flushHeaders: () => {},
          write: () => true,
          end: () => void answered.ended++,
          once: () => {},
          removeListener: () => {},
        };
        // A viewer of events stays until it leaves.
        fc.pre(!(url ?? "").includes("events"));
        await node({ method: asked, url, headers: frozen({ ...given }) }, response);
        expect(answered.ended).toBe(1);
        if (answered.status === 200) expect(answered.headers).toContain("content-security-policy");
        expect([200, 204, 403, 404, 405, 409]).toContain(answered.status);
        unpolluted();
      },
    ),
    { numRuns: 1_000 },
  );
});

const template = '<p id="a"></p><script type="application/json" id="data">null</script><p id="b"></p>';

test("the data of a report stand in its page whole, and end no element", () => {
  fc.assert(
    fc.property(hostileJson, fc.array(hostile), (text, names) => {
      const data = frozen({ given: JSON.parse(text) as unknown, names });
      const page = fill(template, data);
      const [, json = "", rest] = page.split(/<script type="application\/json" id="data">|<\/script>/);
      expect(json).not.toContain("<");
      expect(rest).toBe('<p id="b"></p>');
      expect(page.split("</script>")).toHaveLength(2);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(data)));
      unpolluted();
    }),
    { numRuns: 1_000 },
  );
});
