/* Every way in which a server fails here. */
import { BODY_FAULTS } from "./body-faults.ts";
import { CONNECT_FAULTS } from "./connect-faults.ts";
import type { Fault } from "./fault.ts";
import { GOOD_ANSWERS } from "./good-answers.ts";
import { HEAD_FAULTS } from "./head-faults.ts";
import { REDIRECT_FAULTS } from "./redirect-faults.ts";
import { STATUS_FAULTS } from "./status-faults.ts";

export const FAULTS: readonly Fault[] = [
  ...CONNECT_FAULTS,
  ...HEAD_FAULTS,
  ...BODY_FAULTS,
  ...STATUS_FAULTS,
  ...REDIRECT_FAULTS,
  ...GOOD_ANSWERS,
];

export function faultOf(name: string): Fault {
  const fault = FAULTS.find((candidate) => candidate.name === name);
  if (fault === undefined) throw new Error(`No fault is called ${name}.`);
  return fault;
}
