/* Elements with their text. Names of policies, circuits and limiters are not trusted: they become text and attributes, never markup. */

type Child = Node | string | null;

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** An element of the page itself. */
function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found;
}

/** A bar that is filled to a share, for the eye: what it shows stands beside it in words. */
function bar(kind: string, ...parts: readonly { readonly share: number; readonly kind: string }[]): HTMLElement {
  const pieces = parts.map(({ share, kind: piece }) => {
    const made = element("span", { "data-kind": piece });
    // A style attribute would need an exception from the page's policy.
    made.style.setProperty("--share", String(Math.min(1, Math.max(0, share))));
    return made;
  });
  return element("div", { class: `bar ${kind}`, "aria-hidden": "true" }, ...pieces);
}

export { bar, byId, type Child, element };
