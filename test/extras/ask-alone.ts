/* Asks the rule of one library about an error, where no other rule hides what it says. */
import { ErrorReader } from "../../src/core/failure/chain.ts";
import { type Library, Link, type Verdict } from "../../src/extras/shared/index.ts";

/** What rules are given of an error. */
export const linkTo = (error: object): Link => new Link(error, new ErrorReader());

export const linkOf = (message: string, fields: object = {}): Link => linkTo(Object.assign(new Error(message), fields));

export const verdictOf = ({ meaning }: Library, message: string, fields: object = {}): Verdict =>
  meaning.rule?.(linkOf(message, fields));
