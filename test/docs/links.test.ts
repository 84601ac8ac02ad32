import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { codeIn, pages, read, root, tableBelow } from "./pages.ts";

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

test.each(pages)("every link in %s leads somewhere", (page) => {
  const broken = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : join(dirname(page), path);
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
    });

  expect(broken).toEqual([]);
});

test("the map names every room of src/ and every page of docs/", () => {
  const map = tableBelow("docs/architecture.md", "Where everything is").map((row) => row["path"]);
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  for (const { name } of rooms) expect(map).toContain(`[\`src/${name}/\`](../src/${name})`);
  const pagesThere = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  for (const name of pagesThere) expect(map).toContain(`[\`docs/${name}\`](${name})`);
});

test("the rooms and tests that CONTRIBUTING names exist", () => {
  const rows = tableBelow("CONTRIBUTING.md", "Which room a change belongs to");
  const named = rows.flatMap((row) => [...codeIn(row["room"]), ...codeIn(row["test"])]);

  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(pages)("every npm script in %s exists", (page) => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name as string);

  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});

test("the changelog begins with the version of the package", () => {
  const { version } = JSON.parse(read("package.json"));

  expect(/^## (.*)$/m.exec(read("CHANGELOG.md"))?.[1]).toBe(version);
});

test("every source that the page on the architecture names exists, and every room has its row", () => {
  const named = [...read("docs/architecture.md").matchAll(/`(src\/[^`]+)`/g)].map(([, path = ""]) => path);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);

  const rows = tableBelow("docs/architecture.md", "The rooms").flatMap((row) => codeIn(row["room"]));
  const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of rooms) expect(rows.filter((row) => row.startsWith(`src/${name}/`))).not.toEqual([]);
});
