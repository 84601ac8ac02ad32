/*
 * Whether a request was sent by a page of this very origin, and not by another site in the name of who is logged in here. Browsers say it: by
 * `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/) and, all of them with every POST, by `Origin`. The first that is there decides; where
 * neither is, it is no.
 */
export function isSameOrigin({ headers, url }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin";
  const origin = headers.get("origin");
  // The scheme may be another one here, behind a proxy that ends TLS.
  return origin !== null && hostOf(origin) === (headers.get("host") ?? hostOf(url));
}

function hostOf(url: string): string | null {
  try {
    return new URL(url).host;
  } catch {
    return null;
  }
}
