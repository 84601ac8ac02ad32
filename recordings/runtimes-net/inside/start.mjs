/* Runs a script of this folder in another runtime, in one child process for all of its cases. */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { selfSigned } from "../../certificate.mjs";
import { cutting, hanging, refusing, tcpServer } from "../../servers.mjs";
import { s3 } from "../servers/s3.mjs";

/** @returns {(id: string) => () => Promise<unknown>} what throws the error of a case, as it was written down there */
export function inRuntime(program, flags, script) {
  let printed;
  return (id) => async () => {
    printed ??= start(program, flags, script);
    const { fixture, gave } = (await printed)[id];
    if (fixture === undefined) return gave;
    throw { $fixture: fixture };
  };
}

async function start(program, flags, script) {
  const addresses = {
    refused: await refusing(),
    cut: await cutting(),
    hanging: await hanging(),
    tls: await selfSigned(),
    s3: await s3(),
    silent: (await tcpServer(() => {})).url,
  };
  const env = { PATH: process.env.PATH, HOME: tmpdir(), NO_COLOR: "1", ADDRESSES: JSON.stringify(addresses) };
  const inFolder = (path) => fileURLToPath(new URL(path, import.meta.url));
  return new Promise((resolve, reject) =>
    execFile(
      inFolder(`../node_modules/${program}`),
      [...flags, inFolder("report.mjs"), script],
      { env, maxBuffer: 1 << 26, timeout: 100_000 },
      (error, stdout) => (error ? reject(error) : resolve(JSON.parse(stdout))),
    ),
  );
}
