/*
 * Three real HTTP servers in three processes, front -> middle -> last, each of which calls the next one by a policy of four attempts. The last one fails.
 * One client sends one request. It shows, with what the servers have counted,
 *
 *   1. how many requests the last one gets where one layer retries, and where every layer does
 *   2. what goes on when the client has left: where requests have a scope, and where they have none
 *   3. what goes on when the client's deadline has passed: where the deadline travels, and where it does not
 *
 * Run it with `npm run demo:services`. It takes about eight seconds and talks to nothing but 127.0.0.1. `npm run demo:services -- --page` serves a page that
 * shows the same as it happens.
 */
import * as report from "../report.ts";
import { startChain } from "./chain.ts";
import { ATTEMPTS } from "./four-attempts.ts";
import { LAYERS } from "./messages.ts";
import { servePage } from "./page/serve-page.ts";
import { type Run, runOnce } from "./run.ts";
import { type Scene, type SceneName, scenes } from "./scenes.ts";
import { surprisesOf } from "./surprises.ts";

if (process.argv.includes("--page")) await servePage();
else await showAll();

async function showAll(): Promise<void> {
  const tooLong = setTimeout(() => {
    console.error("UNEXPECTED: the demo did not end by itself");
    process.exit(1); // the services end with it
  }, 60_000);
  const chain = await startChain();
  try {
    const [front, ...others] = chain.pids;
    console.log(
      `redress services: front, middle and last in processes ${front}, ${others.join(" and ")}; a client that sends one request`,
    );
    await runOnce(chain, scenes.retries.withRule); // the first requests of a process are slow
    const surprises: string[] = [];
    for (const [index, name] of (Object.keys(scenes) as SceneName[]).entries()) {
      const scene = scenes[name];
      report.heading(`${index + 1}. ${scene.title}`);
      console.log(`  ${scene.about.replaceAll(". ", ".\n  ")}\n`);
      report.printFacts({ [scene.withRule.name]: scene.withRule.how, [scene.without.name]: scene.without.how });
      console.log();
      const withRule = await runOnce(chain, scene.withRule);
      const without = await runOnce(chain, scene.without);
      print(scene, withRule, without);
      surprises.push(...surprisesOf(name, withRule, without).map((surprise) => `${scene.title} ${surprise}`));
    }
    // The demo fails where anything unexpected happened.
    for (const surprise of surprises) console.error(`UNEXPECTED: ${surprise}`);
    if (surprises.length > 0) process.exitCode = 1;
  } finally {
    await chain.stop();
    clearTimeout(tooLong);
  }
}

function print({ withRule: rule, without: none, after }: Scene, withRule: Run, without: Run): void {
  const runs: readonly [string, Run][] = [
    [rule.name, withRule],
    [none.name, without],
  ];
  if (after === undefined) {
    const rows = runs.map(([name, { layers, ending }]) => [
      name,
      ...LAYERS.map((layer) => `${layers[layer].requests}`),
      `${ending}`,
    ]);
    report.printTable(["requests to", ...LAYERS, "the client"], rows);
    console.log(
      `\n  ${ATTEMPTS} attempts in one layer are ${ATTEMPTS} requests; in three layers, ${ATTEMPTS} x ${ATTEMPTS} x ${ATTEMPTS} = ${ATTEMPTS ** 3}.`,
    );
    return;
  }
  const rows = runs.flatMap(([name, { layers }]) =>
    LAYERS.map((layer, index) => {
      const { requests, requestsAfter, workAfterMs } = layers[layer];
      return [index === 0 ? name : "", layer, `${requests}`, `${requestsAfter}`, `${workAfterMs}`];
    }),
  );
  report.printTable(["", "service", "requests", `after ${after}`, "busy then, ms"], rows);
  for (const [name, { layers }] of runs) {
    const told = LAYERS.filter((layer) => layers[layer].told.length > 0).map(
      (layer) => `${layer} ${layers[layer].told.join(" and ")} ms`,
    );
    if (told.length > 0) console.log(`\n  Where ${name}, the requests said: ${told.join(", ")}.`);
  }
}
