/* redress/ky through every fault: ky 1, on this Node. A file of its own beside this one sends ky 2, which needs a newer one. */
import * as ky from "ky";
import { describeGauntlet } from "./faults/gauntlet.ts";
import { KY_MANNERS, kyUnderFaults } from "./http-clients/ky-under-faults.ts";

describeGauntlet("ky 1", kyUnderFaults(ky), KY_MANNERS);
