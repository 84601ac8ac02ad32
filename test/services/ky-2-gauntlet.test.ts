/* redress/ky through every fault: ky 2, which needs a newer Node. */
import { describeGauntletOnNode24 } from "./faults/gauntlet-on-node24.ts";

describeGauntletOnNode24("ky 2", "http-clients/gauntlet-on-node24.ts", "ky", "ky2");
