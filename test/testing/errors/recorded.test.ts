/* What the builders make, held to what the real libraries threw: the same to see, and the same to every classifier. */
import { type Classification, type Classifier, defaultClassifier } from "redress";
import * as extras from "redress/extras";
import { errors } from "redress/testing";
import { describe, expect, test } from "vitest";
import { RPC_NAMES } from "../../../src/extras/rpc/status-codes.ts";
import { RPC_NAMES as BUILT_NAMES } from "../../../src/testing/errors/rpc.ts";
import { fieldCases, libraries, recordedBy } from "../../fixtures/recordings.ts";
import { CLAIMS, type Recorded, UNCLAIMED } from "./claims.ts";
import { visible } from "./visible.ts";

const classifiers = new Map<string, Classifier>([
  ["defaultClassifier", defaultClassifier],
  ...Object.entries(extras).filter((entry): entry is [string, Classifier] => entry[0].endsWith("Classifier")),
]);

/** Everything that every classifier says. */
const answers = (error: unknown): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...classifiers].map(([name, classify]) => [name, classify(error) as Classification | string]));

interface Alive {
  readonly id: string;
  readonly revive: () => unknown;
}

const casesOf = (library: string): readonly Alive[] => (library.startsWith("field/") ? fieldCases(library) : recordedBy(library));

function toldOf(real: Error): Recorded {
  const own = { ...real } as Record<string, unknown>;
  const answer = own["headers"] ?? own["metadata"] ?? (own["response"] as { headers?: unknown } | undefined)?.headers;
  const { getMap } = (answer ?? {}) as { readonly getMap?: () => Record<string, string> };
  const entries =
    answer instanceof Headers ? Object.fromEntries(answer) : (getMap?.() ?? (answer as Record<string, string>) ?? {});
  return { said: { message: real.message }, own, headers: entries };
}

test("there are classifiers to ask", () => {
  expect(classifiers.size).toBeGreaterThan(20);
});

test("every file of recordings is claimed, or named with what to test with instead", () => {
  const named = [...Object.keys(CLAIMS).filter((library) => !library.startsWith("field/")), ...Object.keys(UNCLAIMED)];
  expect(named.sort()).toEqual([...libraries].sort());
});

test("every builder is held to recordings, but for that of no library", () => {
  const used = JSON.stringify(Object.values(CLAIMS).flatMap(({ made }) => Object.values(made).map(String)));
  const unheld = Object.keys(errors).filter(
    (name) => !used.includes(`errors.${name}(`) && !used.includes(`.errors.${name})(`) && !used.includes(`${name}(`),
  );
  expect(unheld).toEqual(["http"]);
});

test("the names of gRPC's codes are those that the classifiers know", () => {
  expect(["OK", ...BUILT_NAMES]).toEqual(RPC_NAMES);
});

describe.each(Object.entries(CLAIMS))("the builders make what %s threw", (library, { made, leftOut, incidental = [] }) => {
  const ignored = new Set(incidental);
  const cases = casesOf(library);

  test("every recording is made, or left out for a reason, and none is made up", () => {
    expect([...Object.keys(made), ...Object.keys(leftOut)].sort()).toEqual(cases.map(({ id }) => id).sort());
  });

  test.each(cases.filter(({ id }) => Object.hasOwn(made, id)))("$id", ({ id, revive }) => {
    const real = revive() as Error;
    const built = (made[id] as (recorded: Recorded) => Error)(toldOf(real));
    expect(built).toBeInstanceOf(Error);
    expect(visible(built, ignored)).toEqual(visible(real, ignored));
    expect(answers(built)).toEqual(answers(real));
  });
});
