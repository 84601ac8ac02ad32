/* One request of one client through the three services, watched until all of them are at rest. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Chain, Seen } from "./chain.ts";
import { type Client, sendRequest } from "./client.ts";
import { LAYERS, type Layer, type Visit } from "./messages.ts";
import type { Way } from "./scenes.ts";

/** What one service was asked, and what of it when nobody waited for the answer any more. */
interface Figures {
  readonly requests: number;
  readonly underWay: number;
  readonly requestsAfter: number;
  /** The time that requests were worked on after that, added up. */
  readonly workAfterMs: number;
  /** What callers have said they wait, request by request. */
  readonly told: readonly number[];
}

export interface Run {
  /** How it ended for the client; `null` before that. */
  readonly ending: string | null;
  readonly isGone: boolean;
  readonly layers: Readonly<Record<Layer, Figures>>;
}

const LOOK_EVERY_MS = 40;
const LONGEST_MS = 15_000;

/** @param progress gets the figures every few milliseconds, as they grow */
export async function runOnce(chain: Chain, { behaviour, client }: Way, progress: (run: Run) => void = () => {}): Promise<Run> {
  await chain.begin(behaviour);
  const startedAt = performance.now();
  const sent = sendRequest(chain.url, client);
  // What is on its way between two services, none of them sees: three looks in a row must show the same.
  for (let same = 0, requests = 0; ; ) {
    const run = runOf(sent, await chain.seen());
    progress(run);
    const seen = LAYERS.map((layer) => run.layers[layer]);
    const asked = seen.reduce((sum, figures) => sum + figures.requests, 0);
    const isAtRest = run.ending !== null && seen.every(({ underWay }) => underWay === 0);
    same = isAtRest && asked === requests ? same + 1 : 0;
    requests = asked;
    if (same === 3) return run;
    if (performance.now() - startedAt > LONGEST_MS) throw new Error(`The services were not at rest after ${LONGEST_MS} ms.`);
    await sleep(LOOK_EVERY_MS);
  }
}

function runOf({ ending, goneAtMs }: Client, seen: Seen): Run {
  const layers = {
    front: figuresOf(seen.front, goneAtMs),
    middle: figuresOf(seen.middle, goneAtMs),
    last: figuresOf(seen.last, goneAtMs),
  };
  return { ending, isGone: goneAtMs !== null && goneAtMs <= Date.now(), layers };
}

function figuresOf(visits: readonly Visit[], goneAtMs: number | null): Figures {
  const from = goneAtMs ?? Infinity;
  const workAfter = visits.map(({ atMs, endedAtMs }) => Math.max(0, (endedAtMs ?? Date.now()) - Math.max(atMs, from)));
  return {
    requests: visits.length,
    underWay: visits.filter(({ endedAtMs }) => endedAtMs === null).length,
    requestsAfter: visits.filter(({ atMs }) => atMs > from).length,
    workAfterMs: workAfter.reduce((sum, ms) => sum + ms, 0),
    told: visits.flatMap(({ toldMs }) => (toldMs === null ? [] : [toldMs])),
  };
}
