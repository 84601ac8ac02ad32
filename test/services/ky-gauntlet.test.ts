/* redress/ky through every fault: ky 1 on this Node, ky 2 on a newer one. */
import * as ky from "ky";
import { describeGauntlet } from "./faults/gauntlet.ts";
import { describeGauntletOnNode24 } from "./faults/gauntlet-on-node24.ts";
import { KY_MANNERS, kyUnderFaults } from "./http-clients/ky-under-faults.ts";

describeGauntlet("ky 1", kyUnderFaults(ky), KY_MANNERS);
describeGauntletOnNode24("ky 2", "http-clients/gauntlet-on-node24.ts", "ky", "ky2");
