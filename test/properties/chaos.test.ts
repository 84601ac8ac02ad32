/* What chaos does to an error changes no classification, asked of every recorded error. */
import { defaultClassifier } from "redress";
import { universalClassifier } from "redress/extras";
import { chaos, isChaos } from "redress/testing";
import { expect, test, vi } from "vitest";
import { everyError } from "../fixtures/recordings.ts";

test("an injected error is marked, and classified as ever", () => {
  // Each chaos says that it is switched on.
  vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  for (const { id, revive } of everyError) {
    const [marked, real] = [revive(), revive()];
    if (!(marked instanceof Error)) continue;
    const run = chaos({ rate: 1, faults: [{ error: marked }], enabled: true }).operationSync(() => 1);
    let thrown: unknown;
    try {
      run();
    } catch (error) {
      thrown = error;
    }
    expect([isChaos(thrown), thrown], id).toEqual([true, marked]);
    expect([id, defaultClassifier(marked), universalClassifier(marked)]).toEqual([
      id,
      defaultClassifier(real),
      universalClassifier(real),
    ]);
  }
  vi.restoreAllMocks();
});
