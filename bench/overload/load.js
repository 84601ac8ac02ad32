/*
 * Clients that ask whether they are answered or not, at random moments: an open loop. Load tools that keep a number of connections busy ask less the slower the answers
 * are, or, with a rate, in one burst per second, and show neither an overload nor its end.
 */
import { Agent, request } from "node:http";

/** How long a client waits for its answer, in milliseconds. */
const PATIENCE_MS = 1_000;

/** @typedef {{ tookMs: number[], turnedAway: number, givenUp: number }} Seen */

/**
 * Asks a server for a while, so many times a second.
 *
 * @param {string} url
 * @param {{ seconds: number, perSecond: number, headers?: Record<string, string> }} load
 * @returns {Promise<Seen>} what the answers with 200 took, and what became of the others
 */
export async function load(url, { seconds, perSecond, headers = {} }) {
  const agent = new Agent({ keepAlive: true });
  /** @type {Seen} */
  const seen = { tookMs: [], turnedAway: 0, givenUp: 0 };
  const asked = [];
  const beganMs = performance.now();
  let dueMs = 0;
  while (dueMs < seconds * 1_000) {
    const aheadMs = dueMs - (performance.now() - beganMs);
    if (aheadMs > 1) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    asked.push(ask(url, { agent, headers }, seen));
    dueMs += (-Math.log(1 - Math.random()) * 1_000) / perSecond;
  }
  await Promise.all(asked);
  agent.destroy();
  return seen;
}

/**
 * As much as a server can do: as many clients as it has connections, each asking again when it has its answer.
 *
 * @param {string} url
 * @param {number} seconds
 * @returns {Promise<number>} per second
 */
export async function capacityOf(url, seconds) {
  const agent = new Agent({ keepAlive: true });
  /** @type {Seen} */
  const seen = { tookMs: [], turnedAway: 0, givenUp: 0 };
  const untilMs = performance.now() + seconds * 1_000;
  const client = async () => {
    while (performance.now() < untilMs) await ask(url, { agent, headers: {} }, seen);
  };
  await Promise.all(Array.from({ length: 16 }, client));
  agent.destroy();
  return seen.tookMs.length / seconds;
}

/** @param {string} url @param {import("node:http").RequestOptions} options @param {Seen} seen */
function ask(url, options, seen) {
  const beganMs = performance.now();
  return new Promise((resolve) => {
    const sent = request(url, options, (answer) => {
      answer.resume();
      answer.on("end", () => {
        clearTimeout(patience);
        if (answer.statusCode === 200) seen.tookMs.push(performance.now() - beganMs);
        else seen.turnedAway++;
        resolve(undefined);
      });
    });
    const patience = setTimeout(() => sent.destroy(), PATIENCE_MS);
    sent.on("error", () => {
      seen.givenUp++;
      resolve(undefined);
    });
    sent.end();
  });
}
