/* What redress/registry and redress/dashboard must do on every platform that serves: know a policy's calls, and answer with the page, the snapshot and its events. */
import { CircuitBreaker, constant, Policy, TransientError } from "redress";
import { dashboard } from "redress/dashboard";
import { Registry, type RegistrySnapshot } from "redress/registry";

const factsIn = ({ policies: [policy], circuits: [circuit] }: RegistrySnapshot): unknown => [
  ...[policy?.name, policy?.calls, policy?.succeeded, policy?.failed],
  ...[circuit?.name, circuit?.state],
];

export async function dashboardScenario(): Promise<Readonly<Record<string, unknown>>> {
  const registry = new Registry();
  const circuitBreaker = new CircuitBreaker({ name: "db", failureThreshold: 2 });
  const retry = { maxAttempts: 2, strategy: constant(0) };
  const policy = registry.add(new Policy({ operation: "read", retry, circuitBreaker }));
  await policy.call(async () => "value");
  for (let call = 0; call < 2; call++) await policy.execute(() => Promise.reject(new TransientError("down")));
  const known = registry.snapshot();

  const handler = dashboard({ registry, path: "/redress", intervalMs: 10 });
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    handler(new Request(`http://host.test/redress${path}`, init));
  const page = await ask("/");
  const [, script = ""] = /<script>(.*?)<\/script>/s.exec(await page.text()) ?? [];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
  const hash = `'sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}'`;

  const leaving = new AbortController();
  const events = await ask("/events", { signal: leaving.signal });
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  const next = async (): Promise<unknown> => {
    const { value } = await reader.read();
    const [, name, data = ""] = /^event: (.+)\ndata: (.+)\n\n$/.exec(new TextDecoder().decode(value)) ?? [];
    return [name, factsIn(JSON.parse(data))];
  };
  const first = await next();
  circuitBreaker.reset();
  const second = await next();
  leaving.abort(new Error("left"));
  return {
    registry: factsIn(known),
    page: [page.status, page.headers.get("content-type"), page.headers.get("content-security-policy")?.includes(hash)],
    snapshot: factsIn((await (await ask("/snapshot")).json()) as RegistrySnapshot),
    events: [events.status, events.headers.get("content-type"), first, second],
    left: await reader.read().then(
      () => "open",
      (error: unknown) => (error as Error).message,
    ),
    missing: (await ask("/nothing")).status,
  };
}
