/* redress/got through every fault: got 16, which needs a newer Node. */
import { describeGauntletOnNode24 } from "./faults/gauntlet-on-node24.ts";

describeGauntletOnNode24("got 16", "http-clients/gauntlet-on-node24.ts", "got", "got16");
