/*
 * Contentful (`contentful`, `contentful-management`): the name is the word of the answer, the message its JSON with the status. The general words know
 * most of the names; the headers, and with them the delay, are lost.
 */
import { type Codes, kindOfCode, type Library } from "../shared/index.ts";

/* Source: contentful.com/developers/docs/references/errors. */
export const CONTENTFUL_NAMES: Codes = {
  // With 502, until somebody wakes the space.
  PERMANENT: ["Hibernated"],
};

export const contentful: Library = {
  name: "contentful",
  looks: { names: [CONTENTFUL_NAMES] },
  meaning: { rule: ({ name }) => kindOfCode(CONTENTFUL_NAMES, name) },
};
