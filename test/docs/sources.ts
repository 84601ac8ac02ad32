/* Reads the sources as text: the formatter keeps them regular enough, and a compiler takes longer to load than all of this to run. */
import { read, type Snippet } from "./pages.ts";

/** Every `@example` of a source. It ends where its comment or the next tag does. */
export function examplesOf(file: string): Snippet[] {
  return [...read(file).matchAll(/^ *\* @example\b(.*?)(?=\n *\* @|\*\/)/gms)].map(({ 1: text = "", index }) => {
    const lines = text.split("\n").map((line) => line.replace(/^ *\*? ?/, ""));
    const onTagLine = lines[0] !== "";
    const line = read(file).slice(0, index).split("\n").length + (onTagLine ? 0 : 1);
    return { file, line, code: lines.slice(onTagLine ? 0 : 1).join("\n"), kind: "fragment", prints: null };
  });
}

/** The fields of an interface, its own ones, in order: name and the text of `@default`, if any. */
export function fieldsOf(file: string, name: string): Map<string, string | undefined> {
  const [, body] = new RegExp(`^export interface ${name}\\b.*?\\{\n(.*?)^\\}`, "ms").exec(read(file)) ?? [];
  if (body === undefined) throw new Error(`${file} has no interface ${name}.`);
  const fields = body.matchAll(/(?:^ {2}\/\*\*((?:(?!\*\/).)*)\*\/\n)?^ {2}(?:readonly )?(\w+)\??[:(]/gms);
  return new Map([...fields].map(([, comment = "", field = ""]) => [field, defaultIn(comment)]));
}

function defaultIn(comment: string): string | undefined {
  const [, text] = /@default\s+(.*)$/s.exec(comment) ?? [];
  return text?.replaceAll(/\n *\* ?/g, " ").trim();
}

/** What `src/index.ts` exports by name: values and types apart. `from` narrows it to modules whose path matches. */
export function publicNames(from = /./): { values: string[]; types: string[] } {
  const lists = [...read("src/index.ts").matchAll(/^export (type )?\{(.*?)\} from (".*?");$/gms)].filter(([, , , module = ""]) =>
    from.test(module),
  );
  const names = lists.flatMap(([, type = "", list = ""]) =>
    list
      .split(",")
      .map((name) => `${type}${name.trim()}`.replace(/\w+ as /, ""))
      .filter((name) => /\w$/.test(name) && name !== "type "),
  );
  return {
    values: names.filter((name) => !name.startsWith("type ")),
    types: names.filter((name) => name.startsWith("type ")).map((name) => name.slice("type ".length)),
  };
}
