/*
 * The name of a request to a language model's service: its path, with `:id` in the place of everything that is no word of the API. Words are of small
 * letters and underscores, and short; ids and names of models hold digits, capitals or hyphens.
 */
const WORD = /^([a-z]+(_[a-z]+)*|v\d+((alpha|beta)\d*)?)$/;
const LONGEST_WORD = 24;

/** `/v1/responses/resp_68a1f7/cancel` is `/v1/responses/:id/cancel`. */
export function modelRoute({ pathname }: URL): string {
  return pathname
    .split("/")
    .map((part) => (part === "" || (part.length <= LONGEST_WORD && WORD.test(part)) ? part : idOrAction(part)))
    .join("/");
}

/** Google's paths end in `model:generateContent`. */
function idOrAction(part: string): string {
  const [, action] = /:([A-Za-z]{1,30})$/.exec(part) ?? [];
  return action === undefined ? ":id" : `:id:${action}`;
}
