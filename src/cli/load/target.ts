import { isFile } from "./module-path.ts";

/** What a command is pointed at: `./policies.ts`, `./policies.ts:payments`, `./policies.ts:regions.eu`. */
export interface Target {
  /** As it was given. */
  readonly text: string;
  readonly file: string;
  /** Names joined by dots; `null` for the whole module. */
  readonly attribute: string | null;
}

const attributePath = /^[\p{ID_Start}$_][\p{ID_Continue}$-]*(\.[\p{ID_Continue}$-]+)*$/u;

/** Splits at the last colon, where a path of attributes follows it: the colons of `C:\p.ts` and `file:///p.ts` stay. */
export function splitTarget(text: string): Target {
  const colon = text.lastIndexOf(":");
  const attribute = text.slice(colon + 1);
  if (colon < 1 || !attributePath.test(attribute) || isFile(text)) return { text, file: text, attribute: null };
  return { text, file: text.slice(0, colon), attribute };
}
