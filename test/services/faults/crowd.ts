/* Thousands of calls through one client and one caller's signal, many at a time, some of which meet faults: what is left when they are over. */
import { getEventListeners } from "node:events";
import { constant, outcomeOf, Policy, retryAfterOr, unlimited } from "redress";
import { handles, handlesLeft, leftBehind } from "./aftermath.ts";
import { faultOf } from "./all-faults.ts";
import type { ClientUnderTest, MakeClient, Manners } from "./client-under-test.ts";
import type { Fault } from "./fault.ts";
import type { FaultProxy } from "./fault-proxy.ts";

/** As often as they stand here; half of all calls meet none. */
const MIX: readonly Fault[] = [
  "reset-before-headers",
  "fin-before-headers",
  "half-a-body-then-reset",
  "half-a-body-then-fin",
  "garbage",
  "503",
  "429",
  "404",
  "retry-after-zero",
  "503-with-a-big-body",
  "redirect-302",
  "redirect-307-to-a-refused-port",
  "informational-103",
  "a-trailer",
  "http-1.0",
  "gzip",
  "gzip-that-is-none",
  "length-too-short",
  "an-answer-too-many",
  "until-close",
  "refused",
  "tls-cut",
  "hang-before-headers",
  "hang-within-the-body",
].map(faultOf);

const STALLS_EVERY = 8;
const WELL = faultOf("ok");
/** All calls share one listener on the caller's signal, which may stay. */
const LISTENERS = 2;

export interface Crowd {
  readonly calls: number;
  readonly atATime: number;
}

export async function crowd(
  proxy: FaultProxy,
  make: MakeClient,
  manners: Manners,
  { calls, atATime }: Crowd,
): Promise<readonly string[]> {
  const wrong = new Set<string>();
  const warnings: string[] = [];
  const warned = (warning: Error): void =>
    void (warning.name === "MaxListenersExceededWarning" && warnings.push(warning.message));
  process.on("warning", warned);
  const caller = new AbortController();
  const before = handles();
  const count = { attempts: 0 };
  const client = await make(policyOf(count));

  let next = 0;
  const worker = async (): Promise<void> => {
    for (let call = next++; call < calls; call = next++) {
      const problem = await oneOf(proxy, client, manners, call, caller.signal);
      if (problem !== undefined) wrong.add(problem);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  await client.close?.();

  const listeners = getEventListeners(caller.signal, "abort").length;
  if (listeners > LISTENERS) wrong.add(`${listeners} listeners are left on the caller's signal.`);
  for (const warning of warnings) wrong.add(`Node warns: ${warning}`);
  for (const left of [...(await leftBehind(proxy)), ...(await handlesLeft(before))]) wrong.add(left);
  process.off("warning", warned);
  if (count.attempts < calls) wrong.add(`${count.attempts} attempts of the policy for ${calls} calls.`);
  return [...wrong];
}

/** A call of the crowd: every second one meets a fault; those that stall are fewer, and left by their callers. */
async function oneOf(
  proxy: FaultProxy,
  client: ClientUnderTest,
  manners: Manners,
  call: number,
  shared: AbortSignal,
): Promise<string | undefined> {
  const drawn = call % 2 === 0 ? WELL : (MIX[((call - 1) / 2) % MIX.length] ?? WELL);
  const turn = Math.floor(call / 2 / MIX.length);
  const fault = drawn.stalls && turn % STALLS_EVERY !== 0 ? WELL : drawn;
  const own = fault.stalls ? AbortSignal.timeout(20) : shared;
  const post = call % 5 === 0;
  const request = client.request({
    url: proxy.urlOf(fault, `crowd-${call}`),
    method: post ? "POST" : "GET",
    ...(post && { body: `body of ${call}`, idempotencyKey: `key-${call}` }),
    signal: own,
  });
  try {
    const { status, text } = await request;
    return fault === WELL && (status !== 200 || text !== `/ok/crowd-${call}`)
      ? `A call got the answer of another: ${JSON.stringify(text.slice(0, 60))}.`
      : undefined;
  } catch (error) {
    if (fault === WELL) return `A call that met no fault failed: ${String(error)}`;
    if (fault.where === "body" && manners.bodies !== "buffered") return undefined;
    return outcomeOf(error) || manners.explains?.(error) ? undefined : `${fault.name}: no outcome explains ${String(error)}.`;
  }
}

const policyOf = (count: { attempts: number }): Policy =>
  new Policy({
    retry: { maxAttempts: 2, strategy: retryAfterOr(constant(1), { jitterMs: 0 }), deadlineMs: 15_000, budget: unlimited },
    hooks: { onAttemptStart: () => void count.attempts++ },
  });
