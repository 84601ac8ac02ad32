import type { Tags } from "../../core/events.ts";

export type GivenTags = { readonly [Tag in keyof Tags]: Tags[Tag] | undefined };

/** What is known of these, and the operation, frozen. */
export function tagsOf(given: GivenTags, operation: string | undefined): Tags {
  const tags: Record<string, unknown> = {};
  for (const name in given) {
    const value = given[name as keyof Tags];
    if (value !== undefined) tags[name] = value;
  }
  if (operation !== undefined) tags["operation"] = operation;
  return Object.freeze(tags);
}
