/* Serves one page that shows the scenes as they happen: each in both ways at once, through three processes of its own each. */
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { startChain } from "../chain.ts";
import { type Run, runOnce } from "../run.ts";
import { type SceneName, scenes } from "../scenes.ts";

/** What the page shows; it hears of every change. */
interface Shown {
  readonly scene: SceneName;
  readonly isRunning: boolean;
  /** Why the scene could not be run to its end; `null` where nothing went wrong. */
  readonly trouble: string | null;
  readonly withRule: Run | null;
  readonly without: Run | null;
}

export async function servePage(): Promise<void> {
  const [withRule, without] = await Promise.all([startChain(), startChain()]);
  // The first requests of a process are slow.
  await Promise.all([withRule, without].map((chain) => runOnce(chain, scenes.retries.withRule)));
  const page = wholePage();
  const watching = new Set<ServerResponse>();
  let shown: Shown = { scene: "retries", isRunning: false, trouble: null, withRule: null, without: null };

  const tell = (response: ServerResponse): unknown => response.write(`data: ${JSON.stringify(shown)}\n\n`);
  const show = (change: Partial<Shown>): void => {
    shown = { ...shown, ...change };
    for (const response of watching) tell(response);
  };
  const runScene = async (scene: SceneName): Promise<void> => {
    show({ scene, isRunning: true, trouble: null, withRule: null, without: null });
    try {
      await Promise.all([
        runOnce(withRule, scenes[scene].withRule, (run) => show({ withRule: run })),
        runOnce(without, scenes[scene].without, (run) => show({ without: run })),
      ]);
    } catch (error) {
      show({ trouble: error instanceof Error ? error.message : String(error) });
    }
    show({ isRunning: false });
  };

  const server = createServer((request, response) => {
    const [, place, name = ""] = request.url?.split("/") ?? [];
    if (request.method === "GET" && place === "") {
      response.setHeader("content-type", "text/html; charset=utf-8").end(page);
    } else if (request.method === "GET" && place === "events") {
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      watching.add(response);
      response.on("close", () => watching.delete(response));
      tell(response);
      if (shown.withRule === null && !shown.isRunning) void runScene("retries");
    } else if (request.method === "POST" && place === "run" && isScene(name)) {
      response.writeHead(shown.isRunning ? 409 : 202).end();
      if (!shown.isRunning) void runScene(name);
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1", () => {
    console.log(`redress services: http://127.0.0.1:${(server.address() as AddressInfo).port}/ (end it with Ctrl-C)`);
  });
}

const isScene = (name: string): name is SceneName => Object.hasOwn(scenes, name);

/** One document, which asks for nothing else: the styles, the script and the scenes are in it. */
function wholePage(): string {
  const read = (file: URL): string => readFileSync(file, "utf8");
  const script = `<script>${read(new URL("./script.js", import.meta.url))}</script>`;
  return read(new URL("./page.html", import.meta.url))
    .replace(
      /<link rel="stylesheet" href="(.+)">/g,
      (_link, file: string) => `<style>${read(new URL(file, import.meta.url))}</style>`,
    )
    .replace('id="data">{}', () => `id="data">${JSON.stringify(scenes).replaceAll("<", "\\u003c")}`)
    .replace('<script src="script.js"></script>', () => script);
}
