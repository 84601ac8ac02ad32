import type { Tags } from "../../core/events.ts";

export type GivenTags = { readonly [Tag in keyof Tags]: Tags[Tag] | undefined };

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What is known of these, and the operation: for one observer, which may do with them what it likes. Written out, since every success has them. */
export function tagsOf(given: GivenTags, operation: string | undefined): Tags {
  const tags: Mutable<Tags> = {};
  if (given.state !== undefined) tags.state = given.state;
  if (given.class !== undefined) tags.class = given.class;
  if (given.err !== undefined) tags.err = given.err;
  if (given.stop_reason !== undefined) tags.stop_reason = given.stop_reason;
  if (given.cause !== undefined) tags.cause = given.cause;
  if (given.limiter !== undefined) tags.limiter = given.limiter;
  if (given.reason !== undefined) tags.reason = given.reason;
  if (operation !== undefined) tags.operation = operation;
  return tags;
}
