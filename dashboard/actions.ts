/* The buttons. What the server answers is said where it is no. */
import { byId } from "./elements.ts";

function listenForActions(base: string): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("button[data-act]") : null;
    const { act, circuit } = button?.dataset ?? {};
    if (act !== undefined && circuit !== undefined) void move(base, act, circuit);
  });
}

async function move(base: string, act: string, circuit: string): Promise<void> {
  const words = await ask(`${base}${act}?circuit=${encodeURIComponent(circuit)}`);
  const answer = byId("answer");
  answer.hidden = words === null;
  answer.textContent = words === null ? "" : `Circuit ${circuit} was not ${act === "trip" ? "tripped" : "reset"}: ${words}`;
}

/** `null` where it was done. */
async function ask(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { method: "POST" });
    return response.ok ? null : (await response.text()).trim();
  } catch {
    return "the server cannot be reached.";
  }
}

export { listenForActions };
