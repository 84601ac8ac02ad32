/*
 * A real HTTP server on a loopback port that fails on schedule.
 *
 * It answers GET /things/N, where N is the number of the call, and counts the requests for each N.
 * So a fault depends on the script alone, and never on a random number: "the second request of call 1 meets a 429".
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Fault = "503" | "429" | "429-long" | "404" | "reset" | "hang";

interface Scene {
  readonly calls: readonly number[];
  /** The first request of each of these calls meets the first fault, and so on; after the last fault, requests succeed. */
  readonly faults: readonly Fault[];
}

const script: readonly Scene[] = [
  { calls: [1], faults: ["503", "429", "hang"] },
  { calls: range(26, 30), faults: ["429"] },
  { calls: range(51, 60), faults: ["503"] },
  { calls: range(76, 80), faults: ["reset"] },
  { calls: range(101, 103), faults: ["hang"] },
  { calls: [116], faults: ["429-long"] },
  { calls: [126, 127], faults: ["503", "503", "503", "503"] },
  { calls: range(276, 280), faults: ["503"] },
  { calls: [15, 45, 75, 105, 135, 225, 255, 285], faults: ["404"] },
];

/** From this call's first request on, every connection is dropped for `lastsMs`, whatever the script says. */
export const outage = { fromCall: 161, lastsMs: 2_000 };

const faultsInWords: Readonly<Record<Fault, string>> = {
  "503": "a 503",
  "429": "a 429 with Retry-After: 1",
  "429-long": "a 429 with Retry-After: 30",
  "404": "a 404",
  reset: "a reset connection",
  hang: "a hung response",
};

/** What a request met, in words. */
export const inWords = (met: string): string =>
  met === "200" ? "a 200" : met === "outage" ? "a dropped connection, in the outage" : faultsInWords[met as Fault];

interface ScriptedServer {
  readonly url: string;
  /** How many requests got "200", each fault, or "outage". */
  readonly served: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Starts the server on a free port. `announce` is called with what the server does, when it begins to do it. */
export async function startServer(announce: (what: string) => void): Promise<ScriptedServer> {
  const served = new Map<string, number>();
  const visits = new Map<number, number>();
  let outageIs: "ahead" | "now" | "over" = "ahead";

  const server = createServer((request, response) => {
    const call = Number(request.url?.split("/").at(-1));
    const visit = (visits.get(call) ?? 0) + 1;
    visits.set(call, visit);

    if (call >= outage.fromCall && outageIs === "ahead") {
      outageIs = "now";
      announce(`an outage: every connection is dropped for ${outage.lastsMs / 1000} s`);
      setTimeout(() => {
        outageIs = "over";
        announce("the outage is over");
      }, outage.lastsMs);
    }
    const scene = script.find(({ calls }) => calls.includes(call));
    const meets = outageIs === "now" ? "outage" : (scene?.faults[visit - 1] ?? "200");
    if (visit === 1 && meets !== "outage" && scene?.calls[0] === call) announce(describe(scene));
    served.set(meets, (served.get(meets) ?? 0) + 1);
    perform(meets, call, response);
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function perform(meets: Fault | "outage" | "200", call: number, response: ServerResponse): void {
  switch (meets) {
    case "200": {
      const workMs = 4 + ((call * 7) % 13); // 4 to 16 ms, the same for the same call in every run
      setTimeout(() => response.setHeader("content-type", "application/json").end(JSON.stringify({ id: call })), workMs);
      return;
    }
    case "429":
    case "429-long":
      response.writeHead(429, { "retry-after": meets === "429" ? "1" : "30" }).end("slow down");
      return;
    case "503":
    case "404":
      response.writeHead(Number(meets)).end();
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "outage":
      response.socket?.destroy();
      return;
    case "hang": // never answered: only the caller's attempt timeout ends it
  }
}

function describe({ calls, faults }: Scene): string {
  const [first = 0, last = 0] = [calls[0], calls.at(-1)];
  const numbers = calls.length === last - first + 1 ? [...new Set([first, last])].join("-") : calls.join(", ");
  const what = [...new Set(faults)].map((fault) => faultsInWords[fault]).join(", then ");
  const always = faults.length > 1 && new Set(faults).size === 1 ? " every time" : "";
  return `${calls.length === 1 ? `call ${numbers} meets` : `calls ${numbers} meet`} ${what}${always}`;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
