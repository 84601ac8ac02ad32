import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CouldNotRun } from "../command-error.ts";

const placeholder = /(<script type="application\/json" id="data">)null(<\/script>)/;

/** Writes a page of its own: the template, which stands beside this file, with the data in it. */
export function writePage(file: string, data: object, template: URL = new URL("./report.html", import.meta.url)): void {
  const page = fill(read(template), data);
  try {
    writeFileSync(file, page);
  } catch (cause) {
    throw new CouldNotRun(`--html: ${resolve(file)} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function read(template: URL): string {
  try {
    return readFileSync(template, "utf8");
  } catch (cause) {
    throw new CouldNotRun("--html: the template report.html is missing from this installation of redress: install it anew.", {
      cause,
    });
  }
}

/** Puts the data where the page looks for it. Nothing in it can end the script element. */
export function fill(template: string, data: object): string {
  if (!placeholder.test(template)) throw new CouldNotRun("--html: the template report.html has no place for the data.");
  const json = JSON.stringify(data).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  // A function, since `$` means something in a replacement text.
  return template.replace(placeholder, (_all, before: string, after: string) => before + json + after);
}
