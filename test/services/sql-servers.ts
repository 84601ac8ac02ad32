/* Private PostgreSQL and MariaDB servers, for what must not happen to the shared ones. Neither accepts to run as root of its own accord. */
import { execFileSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PrivateServer, privateServer } from "./broker-server.ts";

const DEBIAN = "/usr/lib/postgresql";

/** Debian keeps the programs of a server out of the path. */
function postgresBinary(name: string): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(DEBIAN, version, "bin", name)).find(existsSync) ?? name;
}

const asRoot = process.getuid?.() === 0;
const idOf = (which: "-u" | "-g"): number => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
// Unlike runuser it stays the same process, which gets the signals.
const AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"];
const asPostgres = (binary: string): string[] => (asRoot ? [...AS_POSTGRES, binary] : [binary]);

/** Runs a program of PostgreSQL to its end. */
export function runPostgres(name: string, ...args: readonly string[]): string {
  const [command = "", ...rest] = [...asPostgres(postgresBinary(name)), ...args];
  return execFileSync(command, rest, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd: "/" });
}

export interface PrivatePostgres extends PrivateServer {
  readonly data: string;
}

/** Trusts whoever comes, but for the user `secretive`, who needs a password. */
export async function privatePostgres(settings: Readonly<Record<string, string>> = {}): Promise<PrivatePostgres> {
  const [command = "", ...args] = asPostgres(postgresBinary("postgres"));
  const server = await privateServer(command, ({ port, folder }) => [
    ...args,
    "-D",
    join(folder, "data"),
    "-p",
    `${port}`,
    "-k",
    folder,
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    "fsync=off",
    ...Object.entries(settings).flatMap(([setting, value]) => ["-c", `${setting}=${value}`]),
  ]);
  const data = join(server.folder, "data");
  if (asRoot) chownSync(server.folder, idOf("-u"), idOf("-g"));
  runPostgres("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C");
  writeFileSync(join(data, "pg_hba.conf"), "host all secretive 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n");
  return { ...server, data };
}

/** With `root`, who has no password. */
export async function privateMariadb(...settings: readonly string[]): Promise<PrivateServer> {
  const server = await privateServer("mariadbd", ({ port, folder }) => [
    "--no-defaults",
    ...(asRoot ? ["--user=root"] : []),
    `--datadir=${join(folder, "data")}`,
    `--socket=${join(folder, "sock")}`,
    `--pid-file=${join(folder, "pid")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--innodb-buffer-pool-size=8M",
    "--innodb-log-file-size=8M",
    "--skip-name-resolve",
    ...settings,
  ]);
  execFileSync(
    "mariadb-install-db",
    [
      "--no-defaults",
      ...(asRoot ? ["--user=root"] : []),
      `--datadir=${join(server.folder, "data")}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
      "--innodb-log-file-size=8M",
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  return server;
}
