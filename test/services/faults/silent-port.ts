/*
 * A port that takes no connection: a client's SYN is dropped, so that connecting hangs. A thread listens on it and then sleeps for good; the places in its
 * queue are taken here.
 */
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

const THREAD = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

export interface SilentPort {
  readonly origin: string;
  close(): Promise<void>;
}

export async function silentPort(): Promise<SilentPort> {
  const worker = new Worker(THREAD, { eval: true });
  const port = await new Promise<number>((listening) => worker.once("message", listening));
  worker.unref();
  const waiting: Socket[] = [];
  // More than any queue of one holds: those behind it hang themselves, and keep it full.
  for (let place = 0; place < 4; place++)
    waiting.push(
      connect(port, "127.0.0.1")
        .on("error", () => {})
        .unref(),
    );
  await new Promise((taken) => waiting[0]?.once("connect", taken));
  await new Promise((taken) => setTimeout(taken, 50));
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}
