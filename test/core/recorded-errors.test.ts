/*
 * What Node 20 and 22, undici, Bun, Deno and Chromium really threw, asked of the default classifier. It knows codes, statuses,
 * names and the words in which Deno and browsers fail; where another text tells what happened, it must not guess: those cases are listed here
 * as UNKNOWN, one by one.
 */
import { defaultClassifier } from "redress";
import { describe, expect, test } from "vitest";
import { recordedBy } from "../fixtures/recordings.ts";
import { classIn } from "./answers.ts";

/** Nothing but the text of these errors says what they are. */
const ONLY_TEXT: Readonly<Record<string, readonly string[]>> = {
  "node-core": ["abort.signal.reason.custom", "child.timeout", "child.exit", "fetch.abort.custom", "fetch.request.reuse"],
  "node-core-22": ["child.timeout", "child.exit", "fetch.json.syntax", "fetch.body.used", "fetch.request.reuse"],
  "node-core-netns": [],
  undici7: [],
  "runtime-bun": [],
  "runtime-deno": [],
  "browser-fetch": [],
};

describe.each(Object.keys(ONLY_TEXT))("errors recorded as %s get the class they should", (library) => {
  test.each(
    recordedBy(library).map(({ id, errorClass, revive }) => [
      id,
      ONLY_TEXT[library]?.includes(id) ? "UNKNOWN" : errorClass,
      revive,
    ]),
  )("%s is %s", (_id, errorClass, revive) => {
    expect(classIn(defaultClassifier((revive as () => unknown)()))).toBe(errorClass);
  });
});
