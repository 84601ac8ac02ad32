/* Elements with their text. Names of policies and scenarios are not trusted: they become text, never markup. */

type Child = Node | string;

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A box in which a table that does not fit scrolls, by keyboard too. */
function scrolling(label: string, table: HTMLTableElement): HTMLElement {
  return element("div", { class: "scrolling", role: "region", "aria-label": label, tabindex: "0" }, table);
}

export { element, scrolling };
