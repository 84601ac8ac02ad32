/* What a client leaves behind when its calls are over: requests that it neither finishes nor gives up, connections, handles. */
import type { FaultProxy } from "./fault-proxy.ts";

const LONG_ENOUGH_MS = 4_000;

/** Waits until something is true; for a while. */
async function came(true_: () => boolean): Promise<boolean> {
  for (const until = Date.now() + LONG_ENOUGH_MS; Date.now() < until; ) {
    if (true_()) return true;
    await new Promise((waited) => setTimeout(waited, 5));
  }
  return true_();
}

/** What is still there though the calls are over: the server closes idle connections, as servers do, and a client that has let go of them closes them too. */
export async function leftBehind(proxy: FaultProxy): Promise<readonly string[]> {
  const gone = await came(() => {
    proxy.closeIdle();
    return proxy.open === 0;
  });
  if (gone) return [];
  const held = proxy.underWay.map((path) => path.split("/")[1]);
  return [`${proxy.open} connections are held${held.length > 0 ? `, of ${[...new Set(held)].join(", ")}` : ""}.`];
}

const HANDLES = /^(TCP|TLS|HTTP|GETADDRINFO|Timeout|Immediate)/;

/** How many of each kind of handle keep the process alive. */
export function handles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (HANDLES.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** Handles that were not there before. */
export async function handlesLeft(before: ReadonlyMap<string, number>): Promise<readonly string[]> {
  const more = (): [string, number][] => [...handles()].filter(([kind, count]) => count > (before.get(kind) ?? 0) + slack(kind));
  if (await came(() => more().length === 0)) return [];
  return more().map(([kind, count]) => `${count} handles of ${kind} are left, ${before.get(kind) ?? 0} were there before.`);
}

/** The runner has timers of its own, and this wait has one. */
const slack = (kind: string): number => (kind === "Timeout" || kind === "Immediate" ? 3 : 0);
