/*
 * Every recorded error, printed and read again: what redress makes of it must be the same. Where it is not, the reason is told: the text does
 * not have what the answer was made of.
 */
import { inspect } from "node:util";
import type { Classification } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { readPaste } from "../../src/cli/paste/index.ts";
import { serialized } from "../cli/serialized.ts";
import { libraries, recordedBy } from "../fixtures/recordings.ts";

const answerTo = (error: unknown): Classification => {
  const answer = universalClassifier(error);
  return typeof answer === "string" ? { errorClass: answer } : answer;
};
const read = (text: string): unknown => readPaste(text)?.error;

/** By library, the cases that a text does not have all of, and why. */
type Losses = Readonly<Record<string, readonly [cases: RegExp, because: string]>>;

const PRINTED: Losses = {
  "aws-dynamodb": [/^429\.retry-after$/, "$response is not enumerable, and it has the headers"],
  "azure-core": [/./, "RestError prints itself by a method of its own, which a recording does not have"],
  gaxios: [/^HTTP\.403$/, "the reason lies deeper than console.log prints"],
  "grpc-js": [/^code\.(8|14)\./, "a recording has no Metadata, but functions that read one"],
  ofetch: [/^(HTTP\.(429|503)|own-retry)$/, "the response, which has the headers, is a getter, and those are not enumerable"],
  prisma: [/^raw\./, "the database's code lies deeper than console.log prints"],
  "vercel-ai": [/^own-retries$/, "the headers lie deeper than console.log prints"],
};

const IN_JSON: Losses = {
  "node-redis": [/^ERR\.lua-custom$/, "nothing but its class says whose error it is, and JSON has no classes"],
};

const cases = libraries.flatMap((library) => recordedBy(library).map((recorded) => ({ library, ...recorded })));
const isLost = (losses: Losses, { library, id }: { library: string; id: string }): boolean =>
  losses[library]?.[0].test(id) ?? false;

describe("an error that is printed and pasted", () => {
  test.each(cases.filter((each) => !isLost(PRINTED, each)))("has the same answer: $library $id", ({ revive }) => {
    expect(answerTo(read(inspect(revive())))).toEqual(answerTo(revive()));
  });

  test.each(cases.filter((each) => isLost(PRINTED, each)))("is not all there any more: $library $id", ({ revive }) => {
    expect(answerTo(read(inspect(revive())))).not.toEqual(answerTo(revive()));
  });
});

describe("an error that is serialized and pasted", () => {
  // The delay is another matter: JSON writes {} for Headers.
  test.each(cases.filter((each) => !isLost(IN_JSON, each)))("has the same class: $library $id", ({ revive }) => {
    expect(answerTo(read(serialized(revive()))).errorClass).toBe(answerTo(revive()).errorClass);
  });

  test.each(cases.filter((each) => isLost(IN_JSON, each)))("is not all there any more: $library $id", ({ revive }) => {
    expect(answerTo(read(serialized(revive()))).errorClass).not.toBe(answerTo(revive()).errorClass);
  });
});
