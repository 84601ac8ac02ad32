/*
 * What a server is told of the deadline of an attempt. In Node, axios says before it follows a redirect: a server of another origin is told nothing, and the same one what
 * is left by then. Its other adapters leave redirects to the platform, which takes every header along.
 */
import type { DeadlineSender } from "../../clients/http/index.ts";
import type { AttemptInfo, Policy } from "../../index.ts";
import type { AxiosConfigShape, RedirectShape } from "./axios-shapes.ts";

/** An attempt, and where it goes. */
interface ToldAttempt {
  readonly url: URL;
  readonly info: AttemptInfo;
  readonly policy: Policy<never, never>;
}

/** What of the config of an attempt tells the server, beside what the caller has told it. */
export function toldDeadline(
  deadlines: DeadlineSender | null,
  { headers, beforeRedirect }: AxiosConfigShape,
  { url, info, policy }: ToldAttempt,
): Pick<AxiosConfigShape, "headers" | "beforeRedirect"> {
  const own = { headers: headers.concat(), beforeRedirect };
  if (deadlines === null || headers.has(deadlines.header)) return own;
  const value = deadlines.valueFor(url.hostname, info, policy);
  if (value === null) return own;
  own.headers.set(deadlines.header, value);
  own.beforeRedirect = (redirect, ...more) => {
    const isSameOrigin = new URL(redirect.href).origin === url.origin;
    setHeader(redirect, deadlines.header, isSameOrigin ? deadlines.valueFor(url.hostname, info, policy) : null);
    beforeRedirect?.(redirect, ...more);
  };
  return own;
}

function setHeader({ headers }: RedirectShape, name: string, value: string | null): void {
  for (const each of Object.keys(headers)) if (each.toLowerCase() === name) delete headers[each];
  if (value !== null) headers[name] = value;
}
