/** redress as built at the project root, or another build of it: `REDRESS_DIST=path/to/index.js`. */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { connectionReset } from "../scenarios/operations.js";

export const distFile = process.env.REDRESS_DIST
  ? resolve(process.env.REDRESS_DIST)
  : fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** @returns {Promise<any>} */
export function loadRedress() {
  return import(pathToFileURL(distFile).href);
}

/** A policy whose breaker has been opened by a failure and stays open for longer than any run. */
export async function openPolicy() {
  const { Policy, CircuitBreaker } = await loadRedress();
  const circuitBreaker = new CircuitBreaker({ failureThreshold: 1, recoveryTimeoutMs: 1e9 });
  const down = async () => {
    throw connectionReset();
  };
  await new Policy({ retry: { maxAttempts: 1 }, circuitBreaker }).call(down).catch(() => {});
  if (circuitBreaker.state !== "open") throw new Error(`The breaker should be open, it is ${circuitBreaker.state}.`);
  return new Policy({ retry: {}, circuitBreaker });
}
