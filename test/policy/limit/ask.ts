import type { Admission, Applicant, Cost, Limiter, LimitPermit, Rejection } from "redress";

/** One who asks a limiter, and writes down what it hears. */
export interface Asked extends Applicant {
  readonly heard: (LimitPermit | Rejection)[];
  readonly answer: Admission;
}

/** Asks a limiter. It waits, unless it says otherwise. */
export function ask(
  limiter: Limiter,
  {
    cost,
    maxWaitMs = Infinity,
    share,
    told,
  }: { cost?: Cost; maxWaitMs?: number; share?: number; told?: (answer: LimitPermit | Rejection) => void } = {},
): Asked {
  const heard: (LimitPermit | Rejection)[] = [];
  const hear = (answer: LimitPermit | Rejection): void => {
    heard.push(answer);
    told?.(answer);
  };
  const failed = (fault: unknown): never => {
    throw fault;
  };
  const applicant: Applicant = { cost, maxWaitMs, share, admitted: hear, rejected: hear, failed };
  return { ...applicant, heard, answer: limiter.admit(applicant) };
}

/** The permit that it got, at once or later. */
export function permitOf({ answer, heard }: Asked): LimitPermit {
  const permit = [answer, ...heard].find(({ kind }) => kind === "admitted");
  if (permit === undefined) throw new Error(`It was not admitted: ${JSON.stringify(answer)}`);
  return permit as LimitPermit;
}

export const leave = ({ answer }: Asked): void => {
  if (answer.kind === "queued") answer.cancel();
};
