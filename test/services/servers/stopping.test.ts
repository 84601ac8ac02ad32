import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ask } from "./client.ts";

const program = fileURLToPath(new URL("stopping.mjs", import.meta.url));

test.each<[string, number, number, number]>([
  ["answers what is under way, and ends with 0", 300, 200, 0],
  ["answers 503 for what takes too long, and ends with 1", 60_000, 503, 1],
])("a process that gets SIGTERM %s", async (_what, tookMs, status, code) => {
  const child = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  const url = `http://127.0.0.1:${String(port).trim()}`;
  const agent = new Agent({ keepAlive: true });
  expect((await ask(`${url}/1`, { agent })).status).toBe(200);
  const underWay = ask(`${url}/${tookMs}`, { agent });
  setTimeout(() => child.kill("SIGTERM"), 150);
  expect((await underWay).status).toBe(status);
  expect(await once(child, "exit")).toEqual([code, null]);
  agent.destroy();
});
