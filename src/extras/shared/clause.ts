/*
 * Words say what happened only where a clause ends with them: "connection closed, try again", "access denied for user 'app'". Where a noun follows they
 * name a thing ("connection closed handler"), where a verb follows they are spoken of ("rate limit must be an integer").
 */

const GOES_ON =
  "a|acquiring|after|again|and|as|at|because|before|but|by|connecting|due|during|error|exception|for|from|in|occurred|on|or|please|reading|retry|sending|since|so|to|try|trying|unexpectedly|until|using|via|waiting|when|while|with|within|without|writing|you|your";

/**
 * What stands behind the last word of a clause, as the source of a pattern: the end, a sign, the "error" of an error, or a word that goes on with
 * when, where, why and what to do. A closing quotation mark or bracket ends nothing by itself.
 */
export const CLAUSE_END = `(?=["'\`)\\]]*(?:$|[^\\w\\s"'\`)\\]]|\\s+(?:$|[^\\w\\s]|(?:${GOES_ON})\\b)))`;

/** A quotation of four words or more is somebody else's sentence, such as a user's; but a name of JSON, and what stands behind it, is an answer. */
const QUOTATION = /(?<!\\)"[^"\n]{0,400}"(\s?:\s?(?:"[^"]{0,400}")?)?/g;
const SENTENCE = /(?:\S+ ){3}\S/;

/** A message without the sentences that it quotes. */
export function ownWords(message: string): string {
  return message.replace(QUOTATION, (quotation: string, answer?: string) =>
    answer === undefined && SENTENCE.test(quotation) ? '""' : quotation,
  );
}
