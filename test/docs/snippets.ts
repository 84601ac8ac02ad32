import { blocksOf, pages, type Snippet, sources } from "./pages.ts";
import { examplesOf, publicNames } from "./sources.ts";
import { stubs } from "./stubs.ts";

/** All code that stands in the pages and in the sources' JSDoc. */
export const snippets: readonly Snippet[] = [...pages.flatMap(blocksOf), ...sources.flatMap(examplesOf)];

const IMPORTS = /^import .*;$/gm;

/**
 * A module of its own for a snippet, and the number of lines before its first one. A program is one already; a fragment gets a function
 * around it, and before that everything public and the stubs, which lie in `folder`.
 */
export function moduleOf({ code, kind }: Snippet, folder: string): { text: string; linesBefore: number } {
  if (kind === "program") return { text: `${code}\nexport {};\n`, linesBefore: 0 };
  const own = code.match(IMPORTS)?.join("\n") ?? "";
  const { values, types } = publicNames();
  // What it imports itself, as from an integration, is what it means.
  const names = [...values, ...types.map((name) => `type ${name}`)].filter(
    (name) => !new RegExp(`\\b${name.replace("type ", "")}\\b`).test(own),
  );
  const before = [
    `import { ${names.join(", ")} } from "redress";`,
    own.includes("VirtualClock") ? "" : 'import { VirtualClock } from "redress/testing";',
    `import { stubs } from ${JSON.stringify(`${folder}/stubs.ts`)};`,
    ...own.split("\n"),
    `const { ${Object.keys(stubs()).join(", ")} } = stubs();`,
    "export async function fragment(): Promise<void> {",
  ];
  // A blank where an import stood keeps the numbers of the lines.
  return { text: [...before, code.replace(IMPORTS, ""), "}", "await fragment();", ""].join("\n"), linesBefore: before.length };
}
