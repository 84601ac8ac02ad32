/* The example of `redress classify` in docs/classifiers.md, run. */
import { expect, test } from "vitest";
import { redress } from "../cli/running.ts";
import { read } from "./pages.ts";

const [, section = ""] = read("docs/classifiers.md").split("## When a class is wrong\n");
const [input = "", output = ""] = [...section.matchAll(/^```text\n(.*?)^```$/gms)].map(([, block = ""]) => block);

test("the page shows what the command prints of the error above it", async () => {
  const { code, out } = await redress("classify", { input });

  expect(out).toBe(output);
  expect(code).toBe(0);
});
