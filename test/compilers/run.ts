/* Runs the decorated methods, compiled by whatever runs this file, and prints what they came to. */
import { run } from "./decorated/methods.ts";

console.log(JSON.stringify(await run()));
