import type { RegistrySnapshot } from "../src/registry/index.ts";
import { listenForActions } from "./actions.ts";
import { showPolicy } from "./card.ts";
import { byId, element } from "./elements.ts";
import { type Connection, follow } from "./feed.ts";
import { clock, some } from "./words.ts";

const { mayAct, heartbeatMs } = document.documentElement.dataset;
// The page may be mounted anywhere, with or without a slash at the end.
const base = location.pathname.endsWith("/") ? location.pathname : `${location.pathname}/`;

let latest: RegistrySnapshot | null = null;
let isHeld = false;

function draw(): void {
  if (latest === null || isHeld) return;
  // Whole seconds, so that what has not changed looks the same.
  const snapshot = { ...latest, atMs: Math.ceil(latest.atMs / 1_000) * 1_000 };
  const { policies, circuits } = snapshot;
  const open = circuits.filter(({ state }) => state !== "closed").length;
  byId("overview").textContent =
    `${some(policies.length, "policy", "policies")}, ${some(circuits.length, "circuit")}, ${open} of them not closed`;
  const cards = policies.map((policy, index) => showPolicy(policy, snapshot, index, mayAct === "yes"));
  const nothing = element("p", { class: "nothing" }, "No policy has been added to the registry.");
  redraw(byId("policies"), cards.length === 0 ? [nothing] : cards);
}

/** Replaces what has changed alone, and takes over what the reader has opened, and where the focus is. */
function redraw(place: HTMLElement, cards: readonly HTMLElement[]): void {
  const keyOf = (each: Element | null): string | null => each?.getAttribute("data-key") ?? null;
  const focused = keyOf(document.activeElement);
  const opened = new Set([...place.querySelectorAll("details[open]")].map(keyOf));
  for (const card of cards) for (const details of card.querySelectorAll("details")) details.open = opened.has(keyOf(details));
  const before = [...place.children];
  for (const [index, card] of cards.entries()) {
    const old = before[index];
    if (old === undefined) place.append(card);
    else if (!old.isEqualNode(card)) old.replaceWith(card);
  }
  for (const gone of before.slice(cards.length)) gone.remove();
  if (focused === null || keyOf(document.activeElement) === focused) return;
  const again = [...place.querySelectorAll<HTMLElement>("[data-key]")].find((each) => keyOf(each) === focused);
  again?.focus({ preventScroll: true });
}

function tell(connection: Connection): void {
  const words =
    connection === "live" ? "Live" : `Connection lost. ${latest === null ? "" : `As of ${clock(latest.atMs)}. `}Trying again.`;
  const place = byId("connection");
  // Said again, a screen reader would read it again.
  if (place.textContent !== words) place.textContent = words;
  place.dataset["state"] = connection;
  document.body.dataset["connection"] = connection;
}

// What is redrawn between the pressing and the letting go of a button would be no click.
addEventListener("pointerdown", () => {
  isHeld = true;
});
for (const end of ["pointerup", "pointercancel", "blur"])
  addEventListener(end, () =>
    setTimeout(() => {
      isHeld = false;
      draw();
    }),
  );

listenForActions(base);
follow(
  `${base}events`,
  Number(heartbeatMs),
  (snapshot) => {
    latest = snapshot;
    draw();
  },
  tell,
);
