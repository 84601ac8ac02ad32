/* The processes of the workers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { LOG } from "./log.ts";

export class Crew {
  readonly #program: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #working = new Set<ChildProcess>();
  /** The processes that were killed. */
  readonly killed = new Set<number>();
  /** What the workers have said on their standard error, for a test that fails. */
  said = "";

  /**
   * @param program the worker, such as `new URL("bullmq-worker.ts", import.meta.url)`
   * @param logFile an empty file of its own
   * @param environment what the program needs to know: a port, a name
   */
  constructor(program: URL, logFile: string, environment: Readonly<Record<string, string>>) {
    this.#program = fileURLToPath(program);
    this.#environment = { ...environment, [LOG]: logFile };
  }

  /** Starts a worker, and waits until it is ready. */
  async start(): Promise<ChildProcess> {
    const env = { ...process.env, ...this.#environment };
    const child = spawn(process.execPath, ["--import", "tsx", this.#program], { env, stdio: ["pipe", "pipe", "pipe"] });
    this.#working.add(child);
    child.stderr.on("data", (text) => (this.said += text));
    const [text] = await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => [`nothing, and has ended: ${this.said}`]),
    ]);
    if (!String(text).startsWith("ready")) throw new Error(`The worker has said ${text}`);
    return child;
  }

  /** Ends a worker as a machine that fails does. */
  async kill(child: ChildProcess): Promise<void> {
    this.killed.add(child.pid as number);
    this.#working.delete(child);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Ends all workers: with SIGTERM, and what has not ended after ten seconds with SIGKILL. */
  async stop(): Promise<void> {
    const ending = [...this.#working].map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      const tooLate = setTimeout(() => child.kill("SIGKILL"), 10_000);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(tooLate);
    });
    this.#working.clear();
    await Promise.all(ending);
  }
}
