/* Sends a library through the gauntlet in the version that it is told of: for a Node that the tests' own is not. */
import type * as Got from "got";
import { printGauntlet } from "../faults/print-gauntlet.ts";
import { GOT_MANNERS, gotUnderFaults } from "./got-under-faults.ts";
import type { AnyKy } from "./ky-scenarios.ts";
import { KY_MANNERS, kyUnderFaults } from "./ky-under-faults.ts";

const [library = "", version = ""] = process.argv.slice(2);
const module: unknown = await import(version);
if (library === "got") await printGauntlet(gotUnderFaults(module as typeof Got), GOT_MANNERS);
else await printGauntlet(kyUnderFaults(module as AnyKy), KY_MANNERS);
process.exit(0);
