import { PAGE, SCRIPT_HASH, STYLE_HASH } from "../../../dashboard/built-page.mjs";

/** What of the page is not always the same. */
interface PageFacts {
  readonly title: string;
  readonly mayAct: boolean;
  readonly heartbeatMs: number;
}

const POLICY = [
  "default-src 'none'",
  `script-src ${SCRIPT_HASH}`,
  `style-src ${STYLE_HASH}`,
  "connect-src 'self'",
  // The empty icon, without which browsers ask for one.
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page and its Content-Security-Policy, which names its one script and its one style sheet by their hashes. */
export function pageFor({ title, mayAct, heartbeatMs }: PageFacts): { readonly body: string; readonly policy: string } {
  const facts: Readonly<Record<string, string>> = {
    TITLE: escaped(title),
    MAY_ACT: mayAct ? "yes" : "no",
    HEARTBEAT_MS: String(heartbeatMs),
  };
  // Only in the head of the page, where they stand: the script is as it was hashed.
  return { body: PAGE.replace(/\{\{([A-Z_]+)\}\}/g, (_all, name: string) => facts[name] ?? ""), policy: POLICY };
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string);
