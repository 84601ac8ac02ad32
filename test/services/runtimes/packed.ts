/* The packed tarball in an empty folder, a page to load it in, and the runtimes that run programs. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Page } from "playwright-core";

const root = join(import.meta.dirname, "../../..");
const require = createRequire(import.meta.url);
const binary = (name: string, path: string): string => join(dirname(require.resolve(`${name}/package.json`)), path);

/** What bundlers for Workers ask an export map for, as Wrangler does: "browser", too. */
export const CONDITIONS_OF_WORKERS = ["workerd", "worker", "browser"];

/** A folder with nothing in it but the installed package. */
export async function packed(): Promise<string> {
  if (!existsSync(join(root, "dist/contrib/fetch/index.js"))) throw new Error("The package is not built: npm run build.");
  const folder = await mkdtemp(join(tmpdir(), "redress-runtimes-"));
  const printed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
  mkdirSync(join(folder, "node_modules/redress"), { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", join(folder, "node_modules/redress")]);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

/** How a runtime is started, with what lets a program collect garbage where `collects` is true. */
interface Runtime {
  readonly name: string;
  command(collects: boolean): readonly [program: string, ...args: string[]];
}

const node = (name: string, program: () => string): Runtime => ({
  name,
  command: (collects) => [program(), ...(collects ? ["--expose-gc"] : [])],
});

export const RUNTIMES: readonly Runtime[] = [
  node("Node, as it runs the tests", () => process.execPath),
  node("Node 22", () => binary("node22", "bin/node")),
  node("Node 24", () => binary("node24", "bin/node")),
  node("Node 26", () => binary("node26", "bin/node")),
  // Bun always can, by Bun.gc.
  { name: "Bun", command: () => [binary("@oven/bun-linux-x64", "bin/bun")] },
  {
    name: "Deno",
    command: (collects) => [
      binary("@deno/linux-x64-glibc", "deno"),
      ...["run", "--allow-net", "--allow-read", "--allow-env", ...(collects ? ["--v8-flags=--expose-gc"] : [])],
    ],
  },
];

/** What a program of the folder prints there, read as JSON. */
export async function printed<T>(runtime: Runtime, folder: string, file: string, collects = false): Promise<T> {
  const env = { ...process.env, NODE_OPTIONS: "", DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" };
  const [program, ...args] = runtime.command(collects);
  const { stdout } = await promisify(execFile)(program, [...args, file], { cwd: folder, env });
  return JSON.parse(stdout) as T;
}

/** Uses a page of Chromium that has loaded nothing yet but what is at the address. */
export async function inChromium<T>(url: string, use: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--js-flags=--expose-gc",
      "--enable-precise-memory-info",
    ],
  });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    return await use(page);
  } finally {
    await browser.close();
  }
}
