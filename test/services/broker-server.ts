/* Private servers for what must not happen to the shared ones: restarts, full memory, refused users. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Asks until the answer is true: for what a server does in its own time. */
export async function until(what: string, condition: () => Promise<boolean> | boolean, withinMs = 15_000): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(20)) if (await condition()) return;
  throw new Error(`${what}: not within ${withinMs} ms.`);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, "127.0.0.1", () => answer(socket.destroy() !== undefined));
    socket.on("error", () => answer(false));
  });

/** Fails with a sentence where a shared server does not answer: a test against nothing proves nothing. */
export async function required(server: string, port: number): Promise<void> {
  if (!(await answers(port))) throw new Error(`${server} does not answer on 127.0.0.1:${port}: these tests need it.`);
}

export interface PrivateServer {
  readonly port: number;
  /** A folder of its own, which goes with it. */
  readonly folder: string;
  start(...more: readonly string[]): Promise<void>;
  /** Ends the process; the port stays its own, so that `start` is a restart. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  remove(): Promise<void>;
}

/** A server in a folder of its own on a free port. `args` are asked for at each start. */
export async function privateServer(
  binary: string,
  args: (server: { port: number; folder: string }) => readonly string[],
  files: Readonly<Record<string, string>> = {},
): Promise<PrivateServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "redress-"));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text.replaceAll("$PORT", `${port}`).replaceAll("$FOLDER", folder));
  let child: ChildProcess | undefined;
  let said = "";
  const server: PrivateServer = {
    port,
    folder,
    async start(...more) {
      const process = spawn(binary, [...args({ port, folder }), ...more], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
      let ended: string | undefined;
      process.on("error", (error) => {
        ended = `${error.message}: these tests need ${binary}`;
      });
      process.on("exit", (code) => {
        ended ??= `exit code ${code}\n${said}`;
      });
      for (const output of [process.stdout, process.stderr]) output.on("data", (text) => (said = (said + text).slice(-2_000)));
      child = process;
      await until(`${binary} on port ${port}`, async () => {
        if (ended) throw new Error(`${binary} did not start: ${ended}`);
        return answers(port);
      });
    },
    async stop(signal = "SIGTERM") {
      const process = child;
      if (!process || process.exitCode !== null || process.signalCode !== null) return;
      const exited = new Promise((exit) => process.once("exit", exit));
      process.kill(signal);
      await exited;
    },
    async remove() {
      await server.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}
