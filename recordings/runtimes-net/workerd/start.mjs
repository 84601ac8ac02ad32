/* Starts the real workerd, with the worker that throws. */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { selfSigned } from "../../certificate.mjs";
import { hanging, refusing } from "../../servers.mjs";

const pathOf = (path) => fileURLToPath(new URL(path, import.meta.url));
const WORKERD = pathOf("../node_modules/@cloudflare/workerd-linux-64/bin/workerd");

export async function startWorkerd() {
  const folder = mkdtempSync(join(tmpdir(), "workerd-"));
  const disk = join(folder, "disk");
  mkdirSync(disk);
  for (const file of ["worker.mjs", "bindings.mjs"]) cpSync(pathOf(file), join(folder, file));
  cpSync(pathOf("../../to-fixture.mjs"), join(folder, "to-fixture.mjs"));
  const { host, port } = new URL(await refusing()); // free, until workerd listens there
  const values = { PORT: port, REFUSED: await refusing(), HANGING: await hanging(), TLS: await selfSigned(), DISK: disk };
  const config = join(folder, "config.capnp");
  writeFileSync(
    config,
    readFileSync(pathOf("config.capnp"), "utf8").replace(/@(\w+)@/g, (_, name) => values[name]),
  );
  const child = spawn(WORKERD, ["serve", "--experimental", config], { stdio: "ignore" });
  const answer = async (id) => (await fetch(`http://${host}/${id}`, { signal: AbortSignal.timeout(8_000) })).json();
  await untilItAnswers(() => answer("none"));
  return { answer, stop: () => child.kill() };
}

async function untilItAnswers(ask) {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return await ask();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error("workerd does not answer");
}
