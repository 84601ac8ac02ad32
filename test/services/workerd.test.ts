/*
 * workerd, the run time of Cloudflare Workers, where a timer belongs to the request that set it: it ends with that request, and ringing for
 * another one's call kills the request. Policies live at module level, so all requests share them.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import workerd from "workerd";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let folder: string;
let hanging: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "redress-workerd-"));
  await build({
    entryPoints: [source("./workerd-worker.ts")],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    target: "es2022",
    alias: { redress: source("../../src/index.ts") },
    logLevel: "error",
  });
  hanging = createServer(() => {});
  await new Promise<void>((listening) => hanging.listen(0, "127.0.0.1", listening));
});
afterAll(async () => {
  hanging.close();
  hanging.closeAllConnections();
  await rm(folder, { recursive: true });
});

/** One worker in a process of its own. What it complains of is kept. */
interface Worker {
  readonly complaints: () => string;
  ask(path: string, signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

async function start(compatibilityDate: string, flags: readonly string[]): Promise<Worker> {
  const config = join(folder, `${compatibilityDate}-${flags.join("-")}.capnp`);
  const { port: hangingPort } = hanging.address() as AddressInfo;
  await writeFile(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = .worker),
        (name = "hanging", external = (address = "127.0.0.1:${hangingPort}", http = ()))
      ],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
    );
    const worker :Workerd.Worker = (
      modules = [(name = "worker", esModule = embed "worker.js")],
      bindings = [(name = "HANGING", service = "hanging")],
      compatibilityDate = "${compatibilityDate}",
      compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(", ")}]
    );`,
  );
  // It says on descriptor 3 on which port it listens.
  const process = spawn(workerd, ["serve", "--control-fd=3", config], { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  let complaints = "";
  for (const stream of [process.stdout, process.stderr]) stream?.on("data", (chunk) => (complaints += chunk));
  const port = await listening(process, () => complaints);
  return {
    complaints: () => complaints,
    ask: async (path, signal = AbortSignal.timeout(10_000)) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal });
      return `${response.status} ${await response.text()}`;
    },
    close: () =>
      new Promise((closed) => {
        process.once("exit", () => closed());
        process.kill();
      }),
  };
}

function listening(process: ChildProcess, complaints: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = "";
    process.stdio[3]?.on("data", (chunk) => {
      said += chunk;
      const port = /"port":(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    process.once("exit", (code) => reject(new Error(`workerd ended with ${code}: ${complaints()}`)));
  });
}

const ENDS: Readonly<Record<string, string>> = {
  "/value": "value",
  "/deadline": "DEADLINE_EXCEEDED DeadlineExceededError 1",
  "/timeout": "MAX_ATTEMPTS_GLOBAL AttemptTimeoutError 2",
  "/delay": "value",
  "/slow": "value",
  "/fetch-deadline": "DEADLINE_EXCEEDED DeadlineExceededError 1",
  "/fetch-timeout": "MAX_ATTEMPTS_GLOBAL AttemptTimeoutError 2",
  "/abort": "ABORTED null 1",
  "/immediate": "value",
  "/breaker": "value",
};
const paths = Object.keys(ENDS);
const end = (path: string): string => `200 ${ENDS[path]}`;

describe.each<[string, string[]]>([
  ["2024-01-01", []],
  ["2024-01-01", ["nodejs_compat"]],
  ["2024-09-23", ["nodejs_compat"]],
  // Since 2026-08-04, nodejs_compat need not be asked for.
  ["2026-11-17", []],
  ["2026-11-17", ["no_nodejs_compat"]],
  // Its process calls itself Node, and its navigator does not say what it is.
  ["2026-11-17", ["no_global_navigator"]],
])("with compatibility date %s and flags %j", (compatibilityDate, flags) => {
  let worker: Worker;
  // A worker for each test: what a request finds depends on those before it.
  const started = async (): Promise<Worker> => {
    worker = await start(compatibilityDate, flags);
    return worker;
  };
  const stopped = async (): Promise<void> => {
    const complaints = worker.complaints();
    await worker.close();
    expect(complaints).toBe("");
  };

  test("each bound holds on the first request, and on the requests after it", async () => {
    for (const first of ["/deadline", "/timeout", "/fetch-deadline"]) {
      const { ask } = await started();
      expect(await ask(first)).toBe(end(first));
      expect(await ask(first)).toBe(end(first));
      await stopped();
    }
    const { ask } = await started();
    for (const path of [...paths, ...paths.reverse()]) expect([path, await ask(path)]).toEqual([path, end(path)]);
    await stopped();
  });

  test("each bound holds beside requests that overlap, and no request is killed for another's timer", async () => {
    const { ask } = await started();
    for (const path of paths) {
      // The first request is there before, while and after those that follow.
      const slow = ask("/slow");
      expect(await Promise.all([path, path, "/value", path].map((path) => ask(path)))).toEqual(
        [path, path, "/value", path].map(end),
      );
      expect(await slow).toBe(end("/slow"));
    }
    expect(await Promise.all([...paths, ...paths, ...paths].map((path) => ask(path)))).toEqual(
      [...paths, ...paths, ...paths].map(end),
    );
    await stopped();
  });

  test("each bound holds after a request that its client has left", async () => {
    const { ask } = await started();
    for (const path of ["/deadline", "/timeout", "/fetch-deadline"]) {
      const left = ask(path, AbortSignal.timeout(30)).catch(() => {});
      expect(await ask(path)).toBe(end(path));
      await left;
      expect(await ask(path)).toBe(end(path));
    }
    await stopped();
  });
});
