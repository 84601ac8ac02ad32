/* Three processes, front -> middle -> last, and what they have seen. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Behaviour, LAYERS, type Layer, type Order, type Report, type Visit } from "./messages.ts";

export type Seen = Readonly<Record<Layer, readonly Visit[]>>;

export interface Chain {
  /** The address of the front service. */
  readonly url: string;
  /** The numbers of the processes, front first. */
  readonly pids: readonly number[];
  /** Begins a run: all three count from 0 and behave like this. */
  begin(behaviour: Behaviour): Promise<void>;
  /** What the three have seen since the run began. One question at a time. */
  seen(): Promise<Seen>;
  /** Ends the processes, and waits until they are gone. */
  stop(): Promise<void>;
}

export async function startChain(): Promise<Chain> {
  const services = LAYERS.map((layer) => startService(layer));
  const stop = async (): Promise<void> => {
    await Promise.all(services.map(({ end }) => end()));
  };
  const ready = Promise.all(services.map(({ started }) => started));
  const reports = await ready.catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const urls = reports.map(({ port }) => `http://127.0.0.1:${port}`);
  return {
    url: urls[0] as string,
    pids: services.map(({ pid }) => pid),
    begin: async (behaviour) => {
      await Promise.all(services.map(({ ask }, index) => ask({ type: "begin", next: urls[index + 1] ?? null, behaviour })));
    },
    seen: async () => {
      const [front, middle, last] = await Promise.all(services.map(({ ask }) => ask({ type: "report" })));
      return { front: front?.visits ?? [], middle: middle?.visits ?? [], last: last?.visits ?? [] };
    },
    stop,
  };
}

interface Service {
  readonly pid: number;
  readonly started: Promise<Report>;
  ask(order: Order): Promise<Report>;
  end(): Promise<void>;
}

function startService(layer: Layer): Service {
  const script = fileURLToPath(new URL("./service.ts", import.meta.url));
  const child = fork(script, [layer], { execArgv: ["--import", import.meta.resolve("tsx")] });
  return {
    pid: child.pid ?? Number.NaN,
    started: nextReport(child, layer),
    ask: (order) => nextReport(child, layer, order),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** The answer to an order, or to its start. Fails where the process ends instead. */
async function nextReport(child: ChildProcess, layer: Layer, order?: Order): Promise<Report> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error(`The process of the ${layer} service has ended.`));
    child.once("exit", ended);
    child.once("message", (report) => {
      child.off("exit", ended);
      resolve(report as Report);
    });
    if (order !== undefined) child.send(order, (error) => error !== null && ended());
  });
}
