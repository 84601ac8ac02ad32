/* redress/got through every fault: got 14, on this Node. Files of their own beside this one send the versions that need a newer one. */
import * as got from "got";
import { describeGauntlet } from "./faults/gauntlet.ts";
import { GOT_MANNERS, gotUnderFaults } from "./http-clients/got-under-faults.ts";

describeGauntlet("got 14", gotUnderFaults(got), GOT_MANNERS);
