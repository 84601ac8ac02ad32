/* A circuit: its state in words, its history as a strip and, for those who may, the buttons. */
import type { CircuitChange, CircuitSnapshot } from "../src/registry/index.ts";
import { type Child, element } from "./elements.ts";
import { clock, duration, some } from "./words.ts";

type State = CircuitSnapshot["state"];

/** How long the strip is. */
const STRIP_MS = 15 * 60_000;

/** How many changes are listed. */
const LISTED = 12;

const WORDS: Readonly<Record<State, string>> = { closed: "Closed", open: "Open", half_open: "Half-open" };
const SIGNS: Readonly<Record<State, string>> = { closed: "●", open: "▲", half_open: "◐" };

function showCircuit(circuit: CircuitSnapshot, policy: string, atMs: number, mayAct: boolean): HTMLElement {
  const { name, state, history, policies } = circuit;
  const others = policies.filter((other) => other !== policy);
  return element(
    "section",
    { class: "circuit", "data-state": state },
    element("h3", {}, "Circuit ", element("span", { class: "name" }, name)),
    element(
      "p",
      { class: "state" },
      element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[state]),
      element("strong", {}, WORDS[state]),
      ` ${detail(circuit, atMs)}`,
    ),
    strip(history, state, atMs),
    element("p", { class: "muted scale", "aria-hidden": "true" }, element("span", {}, "15 min ago"), element("span", {}, "now")),
    others.length === 0 ? null : element("p", { class: "muted" }, `Shared with ${others.join(", ")}.`),
    changes(circuit),
    mayAct && circuit.canTrip ? buttons(name) : null,
  );
}

function detail({ state, held, failureCount, retryAfterMs, history }: CircuitSnapshot, atMs: number): string {
  const last = history.at(-1);
  const since = last === undefined ? "" : `for ${duration(Math.max(0, atMs - last.atMs))}`;
  const cause = last?.errorClass === null || last === undefined ? "" : `, by ${last.errorClass}`;
  if (state === "closed")
    return [since, failureCount === null ? "" : `${some(failureCount, "failure")} counted`].filter(Boolean).join(", ");
  if (state === "half_open") return `${since}, waiting for a probe`;
  const next = held
    ? ", by hand"
    : retryAfterMs === 0
      ? ", next call probes"
      : retryAfterMs === null
        ? ""
        : `, next probe in ${duration(retryAfterMs)}`;
  return `${since}${cause}${next}`;
}

/** The states of the last minutes, one after the other. */
function strip(history: readonly CircuitChange[], now: State, atMs: number): HTMLElement {
  const fromMs = atMs - STRIP_MS;
  const inside = history.filter((change) => change.atMs > fromMs);
  const first = inside[0]?.from ?? now;
  const starts = [{ to: first, atMs: fromMs }, ...inside];
  const pieces = starts.map(({ to, atMs: startMs }, index) => {
    const endMs = starts[index + 1]?.atMs ?? atMs;
    const piece = element("span", { "data-state": to });
    piece.style.setProperty("--share", String((endMs - startMs) / STRIP_MS));
    return piece;
  });
  const words = `${WORDS[now]} now; ${some(inside.length, "change")} of state in the last 15 minutes.`;
  return element("div", { class: "strip", role: "img", "aria-label": words }, ...pieces);
}

function changes({ name, history }: CircuitSnapshot): HTMLElement | null {
  if (history.length === 0) return null;
  const rows = history
    .slice(-LISTED)
    .reverse()
    .map(({ atMs, to, errorClass }) =>
      element(
        "li",
        {},
        element("time", {}, clock(atMs)),
        ` ${WORDS[to].toLowerCase()}${errorClass === null ? "" : `, by ${errorClass}`}`,
      ),
    );
  const summary = element("summary", { "data-key": `history ${name}` }, `Last ${some(rows.length, "change")}`);
  return element("details", { "data-key": `changes ${name}` }, summary, element("ol", {}, ...rows));
}

function buttons(name: string): HTMLElement {
  const button = (how: "trip" | "reset", words: string, what: string): Child =>
    element(
      "button",
      { type: "button", "data-act": how, "data-circuit": name, "data-key": `${how} ${name}`, "aria-label": what },
      words,
    );
  return element(
    "div",
    { class: "buttons" },
    button("trip", "Trip", `Trip circuit ${name}: reject all calls until it is reset`),
    button("reset", "Reset", `Reset circuit ${name}: close it and forget its failures`),
  );
}

export { showCircuit };
