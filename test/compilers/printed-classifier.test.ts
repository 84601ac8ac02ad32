/* What `redress classify` prints for an error that nobody knows is code: compiled and run, it knows that error, and no other. */
import { type Classifier, defaultClassifier, firstKnown, Policy } from "redress";
import ts from "typescript";
import { expect, test } from "vitest";
import { redress } from "../cli/running.ts";
import { classIn } from "../core/answers.ts";

const lessonFor = async (input: string): Promise<{ code: number | null; classifier: Classifier }> => {
  const { code, out } = await redress("classify", { input, columns: 160 });
  const lines = out
    .split("\n")
    .filter((line) => line.startsWith("    "))
    .join("\n");
  const { outputText } = ts.transpileModule(`${lines}\nreturn classifier;`, {
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  return {
    code,
    classifier: new Function("firstKnown", "defaultClassifier", "Policy", outputText)(firstKnown, defaultClassifier, Policy),
  };
};

test.each<[string, string, unknown]>([
  ["code", "MyError: x\n    at y {\n  code: 'E_MINE'\n}", { code: "E_MINE" }],
  ["code of its cause", "Error: x\n    at y {\n  [cause]: Error: z\n      at y {\n    code: 17\n  }\n}", { cause: { code: 17 } }],
  ["name", "MyError: it's\n    at y", Object.assign(new Error("another"), { name: "MyError" })],
  ["message", 'Error: it\'s "so"\n    at y', new Error('it\'s "so"')],
])("the code that it prints knows it by its %s", async (_what, printed, error) => {
  const { code, classifier } = await lessonFor(printed);
  expect([...[error, new Error("another"), null].map((each) => classIn(classifier(each))), code]).toEqual([
    "TRANSIENT",
    "UNKNOWN",
    "UNKNOWN",
    1,
  ]);
});
