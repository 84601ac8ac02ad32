/* Elements with their text. Names of policies and scenarios are other people's words: they become text, never markup. */

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

/** A table that scrolls in its own box where it does not fit, by keyboard too. */
function scrolling(label: string, table: HTMLTableElement): HTMLElement {
  return element("div", { class: "scrolling", role: "region", "aria-label": label, tabindex: "0" }, table);
}

export { element, scrolling };
