import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { examples, root } from "./pages.ts";
import { moduleOf, snippets } from "./snippets.ts";

/** What the compiler, as strict as for the sources, says of all of them together. */
function complaints(): string[] {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  // A snippet shows how to make a thing, not always how to use it.
  const compilerOptions = { ...options, noUnusedLocals: false, noUnusedParameters: false };

  const modules = new Map(
    snippets.map((snippet, index) => [join(import.meta.dirname, `snippet-${index}.ts`), { snippet, ...moduleOf(snippet, ".") }]),
  );
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (file, version, ...rest) => {
    const text = modules.get(file)?.text;
    return text === undefined ? getSourceFile(file, version, ...rest) : ts.createSourceFile(file, text, version);
  };
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => modules.get(file)?.text ?? readFile(file);

  const files = [...modules.keys(), ...examples.map((file) => join(root, file))];
  const program = ts.createProgram(files, compilerOptions, host);
  return files
    .map((file) => program.getSourceFile(file))
    .flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])
    .map(({ file, start = 0, messageText }) => {
      const fileName = file?.fileName ?? "";
      const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
      const known = modules.get(fileName);
      const where = known ? `${known.snippet.file}:${known.snippet.line + line - known.linesBefore}` : `${fileName}:${line + 1}`;
      return `${where}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
}

test("there is something to compile in the README, in docs/, in the sources' JSDoc and in examples/", () => {
  const places = new Set(snippets.map(({ file }) => file.split("/")[0]));

  expect([...places].sort()).toEqual(["README.md", "docs", "src"]);
  expect(examples.length).toBeGreaterThanOrEqual(3);
});

test("every block, JSDoc example and example file compiles", { timeout: 60_000 }, () => {
  expect(complaints()).toEqual([]);
});
