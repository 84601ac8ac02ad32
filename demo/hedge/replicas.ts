/* Three real HTTP servers, the replicas of one service. Two are always fast, the third is slow at each of its `slowEvery`-th answers. */
import type { ServerResponse } from "node:http";
import { type Counts, countingServer, newCounts } from "./counting-server.ts";

const FAST_MS = 5;
export const SLOW_MS = 1_000;
const REPLICAS = 3;

export interface Replicas {
  /** What the three have seen together. */
  readonly seen: Readonly<Counts>;
  /** The address of a replica, by any number: attempts that follow each other go to replicas that do. */
  url(number: number): string;
  close(): Promise<void>;
}

/** @param slowEvery 1: the third replica is always slow; 10: every tenth time */
export async function startReplicas(slowEvery: number): Promise<Replicas> {
  const seen = newCounts();
  const servers = await Promise.all(
    Array.from({ length: REPLICAS }, (_, replica) => {
      let asked = 0;
      return countingServer((request, response) => {
        asked += 1;
        const isSlow = replica === REPLICAS - 1 && asked % slowEvery === 0;
        answer(response, { replica, path: request.url }, isSlow ? SLOW_MS : FAST_MS);
      }, seen);
    }),
  );
  return {
    seen,
    url: (number) => servers[number % REPLICAS]?.url as string,
    close: async () => void (await Promise.all(servers.map((server) => server.close()))),
  };
}

function answer(response: ServerResponse, body: object, afterMs: number): void {
  const timer = setTimeout(() => response.setHeader("content-type", "application/json").end(JSON.stringify(body)), afterMs);
  response.on("close", () => clearTimeout(timer));
}
