/* workerd, the run time of Cloudflare Workers: one worker, asked once. It has asynchronous contexts where it is told to, and nothing else of Node's. */
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import workerd from "workerd";

/**
 * What a worker answers, read as JSON.
 *
 * @param modules by name, the files of the folder that it may import
 */
export async function answerOfWorkerd<T>(folder: string, worker: string, modules: Readonly<Record<string, string>>): Promise<T> {
  await writeFile(join(folder, "worker.js"), worker);
  const embedded = Object.entries({ worker: "worker.js", ...modules }).map(
    ([name, file]) => `(name = "${name}", esModule = embed "${file}")`,
  );
  await writeFile(
    join(folder, "worker.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = .worker),
        (name = "internet", network = (allow = ["public", "private"]))
      ],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
    );
    const worker :Workerd.Worker = (
      modules = [${embedded.join(", ")}],
      compatibilityDate = "2026-11-01",
      compatibilityFlags = ["nodejs_als"]
    );`,
  );
  const serving = spawn(workerd, ["serve", "--control-fd=3", join(folder, "worker.capnp")], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const port = await new Promise<number>((resolve, reject) => {
      let said = "";
      serving.stdio[3]?.on("data", (chunk) => {
        said += chunk;
        const [, known] = /"port":(\d+)/.exec(said) ?? [];
        if (known !== undefined) resolve(Number(known));
      });
      serving.once("exit", (code) => reject(new Error(`workerd ended with ${code}.`)));
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const text = await response.text();
    expect(response.status, text).toBe(200);
    return JSON.parse(text) as T;
  } finally {
    serving.kill();
  }
}
