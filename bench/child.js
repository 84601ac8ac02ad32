/**
 * Measures one contender on one scenario and prints the number. A process of its own, because V8 remembers: the same
 * function takes half as long again after another contender has run through the same call sites.
 */
import { scenarioNamed } from "./scenarios/index.js";

const [scenarioName, contenderName] = process.argv.slice(2);
const { contenders, measure } = scenarioNamed(scenarioName);
const prepared = await contenders[contenderName].prepare();
const value = await measure(prepared);
process.stdout.write(`${JSON.stringify(value)}\n`, () => process.exit()); // calls may still be asleep
