import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "../command-error.ts";
import { reportTemplate } from "../installation.ts";

const placeholder = /(<script type="application\/json" id="data">)null(<\/script>)/;

/** Writes the page with the charts: the template with the data in it. */
export function writePage(file: string, data: object, template: URL = reportTemplate): void {
  const page = fill(readTemplate(template), data);
  try {
    writeFileSync(file, page);
  } catch (cause) {
    throw new CommandError(`--html: ${resolve(file)} cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function readTemplate(template: URL): string {
  try {
    return readFileSync(template, "utf8");
  } catch (cause) {
    throw new CommandError("--html: the template report.html is missing from this installation of redress: install it anew.", {
      cause,
    });
  }
}

/** Puts the data where the page reads it. Escapes it so that it cannot end the script element. */
export function fill(template: string, data: object): string {
  if (!placeholder.test(template)) throw new CommandError("--html: the template report.html has no place for the data.");
  const json = JSON.stringify(data).replaceAll("<", "\\u003c").replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  // A function, because `$` has a meaning in a replacement text.
  return template.replace(placeholder, (_all, before: string, after: string) => before + json + after);
}
