// The page of this folder in one text, made when this module is loaded. A handler that runs everywhere can read no file, so that src/contrib/dashboard/ imports
// it: a run of the sources makes the page, and build/bundle.mjs writes down these constants in the place of this module.
import { onePage } from "../build/one-page.mjs";

const { page, script, style, scriptHash, styleHash } = await onePage(import.meta.dirname);
if (/\{\{[A-Z_]+\}\}/.test(script + style))
  throw new Error("{{NAME}} is for index.html: the script and the style are as they were hashed.");

export const PAGE = page;
export const SCRIPT_HASH = scriptHash;
export const STYLE_HASH = styleHash;
