/* A node of RabbitMQ for one test, which may be restarted: the machine's own serves all others. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "amqplib";
import { freePort, until } from "../broker-server.ts";

const SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";
/** A node takes some ten seconds to start, and more on a busy machine. */
const STARTS_MS = 90_000;

export class RabbitNode {
  readonly #folder = mkdtempSync(join(tmpdir(), "redress-rabbitmq-"));
  #port = 0;
  #distPort = 0;
  #exited: Promise<unknown> = Promise.resolve();

  get url(): string {
    return `amqp://guest:guest@127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#port === 0) [this.#port, this.#distPort] = [await freePort(), await freePort()];
    const folder = this.#folder;
    writeFileSync(join(folder, "rabbitmq.conf"), `listeners.tcp.1 = 127.0.0.1:${this.#port}\n`);
    const env = {
      ...process.env,
      HOME: folder,
      RABBITMQ_NODENAME: `redress-${process.pid}@localhost`,
      RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
      RABBITMQ_CONF_ENV_FILE: "/dev/null",
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
      RABBITMQ_DIST_PORT: `${this.#distPort}`,
      RABBITMQ_MNESIA_BASE: join(folder, "data"),
      RABBITMQ_LOG_BASE: join(folder, "log"),
      RABBITMQ_PID_FILE: join(folder, "pid"),
    };
    const child = spawn(SERVER, { env, stdio: "ignore" });
    this.#exited = new Promise((exited) => child.once("exit", exited).once("error", exited));
    const answers = (): Promise<boolean> =>
      connect(this.url).then(
        async (connection) => {
          await connection.close();
          return true;
        },
        () => false,
      );
    await until("a node of RabbitMQ", answers, STARTS_MS);
  }

  /** Ends the node; `SIGKILL` as a machine that fails does. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    try {
      process.kill(Number(readFileSync(join(this.#folder, "pid"), "utf8")), signal);
    } catch {
      // It does not run.
    }
    await this.#exited;
  }

  async remove(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
