/* What a client is sent through, by title: for a test runner, and for a Node that has none. */
import { FAULTS } from "./all-faults.ts";
import type { Fault, Where } from "./fault.ts";
import type { Gauntlet } from "./run-gauntlet.ts";

const CHAPTERS: Readonly<Record<Where, string>> = {
  connect: "the request never leaves",
  head: "the request leaves, and no answer comes",
  body: "an answer begins, and does not end well",
  status: "the answer says that it failed",
  redirect: "the answer names another place",
  none: "the answer looks strange, and is one",
};

export interface Check {
  readonly title: string;
  readonly run: (gauntlet: Gauntlet) => Promise<readonly string[]>;
}

/** The faults, each as long as it lasts. */
export const faultChecks = (only: (fault: Fault) => boolean = () => true): readonly Check[] =>
  Object.entries(CHAPTERS).flatMap(([where, chapter]) =>
    FAULTS.filter((fault) => fault.where === where && only(fault)).map((fault) => ({
      title: `${chapter}: ${fault.name}`,
      run: (gauntlet: Gauntlet) => gauntlet.meets(fault),
    })),
  );

/** What else happens to a client: faults that pass, and many calls at a time. */
export const courseChecks = (calls: number): readonly Check[] => [
  {
    title: "a server that fails twice is asked a third time, with the same key and body",
    run: (gauntlet) => gauntlet.recovers(),
  },
  { title: "a server that is only starting gets a request once", run: (gauntlet) => gauntlet.waitsForStart() },
  {
    title: `${calls.toLocaleString("en")} calls, 50 at a time, leave nothing behind`,
    run: (gauntlet) => gauntlet.crowd({ calls, atATime: 50 }),
  },
];
