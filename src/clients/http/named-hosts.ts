/* Hosts as users name them in lists, and as URLs have them. */

// No port, no path, no user: what `new URL` would take for something else than a host.
const BARE = /^(?:\[[\da-f:.]+\]|[^\s/\\?#@:[\]*%]+)$/i;
const LABELS = /^[^.]{1,63}(?:\.[^.]{1,63})*$/;
const ADDRESS = /^(?:\[.+\]|[\d.]+)$/;
const BELOW = "*.";

/** Of an absolute name, with a dot at its end, the same without. */
const withoutRoot = (hostname: string): string => (hostname.endsWith(".") ? hostname.slice(0, -1) : hostname);

/** A host of a list as `URL.hostname` has it, in small letters; with `*.` in front where all names below are meant. `null` for what is none. */
export function hostOf(named: string): string | null {
  const isBelow = named.startsWith(BELOW);
  const bare = isBelow ? named.slice(BELOW.length) : named;
  if (!BARE.test(bare) || !URL.canParse(`http://${bare}/`)) return null;
  const hostname = withoutRoot(new URL(`http://${bare}/`).hostname);
  if (ADDRESS.test(hostname)) return isBelow ? null : hostname;
  return LABELS.test(hostname) && hostname.length <= 253 ? `${isBelow ? BELOW : ""}${hostname}` : null;
}

/** Whether a list names a host, by `URL.hostname`. */
export function isNamedBy(list: readonly string[]): (hostname: string) => boolean {
  const names = list.map((named) => hostOf(named) as string);
  const exact = new Set(names.filter((name) => !name.startsWith(BELOW)));
  const endings = names.filter((name) => name.startsWith(BELOW)).map((name) => name.slice(1));
  return (given) => {
    const hostname = withoutRoot(given);
    return exact.has(hostname) || endings.some((ending) => hostname.endsWith(ending) && hostname.length > ending.length);
  };
}
