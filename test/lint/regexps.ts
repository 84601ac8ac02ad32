/* Every regular expression of src/: the literals, and the calls that build one, by the syntax tree of TypeScript. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import ts from "typescript";

const src = join(import.meta.dirname, "../../src");

interface Place {
  /** Below src/, with slashes. */
  readonly file: string;
  readonly line: number;
}

export interface Literal extends Place {
  readonly source: string;
  readonly flags: string;
}

/** All literals, and the places of all `new RegExp(...)`. */
export function regexpsOf(): { readonly literals: readonly Literal[]; readonly built: readonly Place[] } {
  const literals: Literal[] = [];
  const built: Place[] = [];
  for (const path of readdirSync(src, { recursive: true, encoding: "utf8" }).sort()) {
    if (!path.endsWith(".ts")) continue;
    const tree = ts.createSourceFile(path, readFileSync(join(src, path), "utf8"), ts.ScriptTarget.Latest, true);
    const file = path.replaceAll(sep, "/");
    const visit = (node: ts.Node): void => {
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf("/");
        literals.push({ file, line, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
      }
      const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
      if (isCall && ts.isIdentifier(node.expression) && node.expression.text === "RegExp") built.push({ file, line });
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return { literals, built };
}

/** Whether a pattern repeats anything without a limit. One that does not looks at each letter a limited number of times, whatever the text. */
export function hasOpenRepetition(source: string): boolean {
  const outside = source.replace(/\\./g, "").replace(/\[[^\]]*\]/g, "");
  return /[*+]|\{\d+,\}/.test(outside);
}
