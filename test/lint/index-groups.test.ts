import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const src = join(import.meta.dirname, "../../src");
const indexes = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) => /(^|[\\/])index\.ts$/.test(file));

// Exports are sorted between comments that stand apart. A comment right above an export moves with it, and its group comes apart.
test.each(indexes)("%s groups its exports below headings that stand apart", (file) => {
  const text = readFileSync(join(src, file), "utf8");
  const [, ...groups] = text.split(/^\/\/ ---- /m);

  for (const group of groups) expect(group).toMatch(/^.+\n\nexport /);
});
