/*
 * To be run by another runtime, with the name of a script of this folder: runs its cases one after the other, and prints what each of
 * them threw, by its id. All of it at the top, for Bun adds to its errors in which function they were awaited.
 */
import { toFixture } from "../../to-fixture.mjs";

const LONGEST_MS = 7_000;
const LATE = Symbol("late");

process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});

const { cases } = await import(`./${process.argv[2]}`);
const all = {};
for (const [id, run] of Object.entries(cases)) {
  try {
    const limit = new Promise((_, reject) => setTimeout(() => reject(LATE), LONGEST_MS));
    all[id] = { gave: String(await Promise.race([Promise.resolve().then(run), limit])) };
  } catch (error) {
    all[id] = error === LATE ? { gave: "nothing in time" } : { fixture: toFixture(error) };
  }
}
console.log(JSON.stringify(all));
process.exit();
