/* redress/got through every fault: got 14 on this Node, got 15 and 16 on a newer one. */
import * as got from "got";
import { describeGauntlet } from "./faults/gauntlet.ts";
import { describeGauntletOnNode24 } from "./faults/gauntlet-on-node24.ts";
import { GOT_MANNERS, gotUnderFaults } from "./http-clients/got-under-faults.ts";

describeGauntlet("got 14", gotUnderFaults(got), GOT_MANNERS);
describeGauntletOnNode24("got 15", "http-clients/gauntlet-on-node24.ts", "got", "got15");
describeGauntletOnNode24("got 16", "http-clients/gauntlet-on-node24.ts", "got", "got16");
