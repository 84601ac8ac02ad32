/* Made of dashboard/ by `node dashboard/build.mjs`: change it there. */

export const SCRIPT_HASH = "'sha256-JY7TFf/vTEsJMeoMb5RYDolYAET4Wv3FYowns9MaoBM='";

export const STYLE_HASH = "'sha256-lmHaavRMQTrWntU0+fjgLJpdM5ylOdTRbRmhycJXnBI='";

export const PAGE = `<!doctype html>
<html lang="en" data-may-act="{{MAY_ACT}}" data-heartbeat-ms="{{HEARTBEAT_MS}}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{TITLE}}</title>
    <link rel="icon" href="data:,">
    <style>
/* ../report/colours.css */
:root {
  color-scheme: light dark;
  --page: #f6f6f4;
  --card: #ffffff;
  --text: #1b1d22;
  --muted: #565b67;
  --line: #dcdde1;
  --grid: #e9eaed;
  --accent: #0b5cad;
  --goodput: #0b5cad;
  --goodput-tint: #0b5cad1f;
  --requests: #b8430a;
  --attempts: #7a3bb0;
  --offered: #565b67;
  --failed: #b8430a;
  --rejected: #7a3bb0;
  --fell-back: #06705a;
  --median: #0b5cad;
  --tail: #a92f6b;
  --in-flight: #0b5cad;
  --in-flight-tint: #0b5cad1f;
  --open: #b8430a;
  --half-open: #c98a00;
  --budget: #06705a;
  --budget-tint: #06705a1f;
  --hedged: #7a3bb0;
  --cut: #b8430a;
  --hedged-tint: #7a3bb01f;
  --won: #06705a;
  --waiting: #7a3bb0;
  --waiting-tint: #7a3bb01f;
  --first: #0b5cad;
  --second: #b8430a;
  --third: #06705a;
  --fourth: #7a3bb0;
  --fifth: #8a6a00;
  --sixth: #a92f6b;
  --disturbance: #565b6724;
  --disturbance-edge: #565b6780;
  --recovery: #06705a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121317;
    --card: #1a1c21;
    --text: #e9eaee;
    --muted: #a5abb8;
    --line: #33363f;
    --grid: #282b32;
    --accent: #6db9ff;
    --goodput: #6db9ff;
    --goodput-tint: #6db9ff26;
    --requests: #ff9f63;
    --attempts: #cba6ff;
    --offered: #a5abb8;
    --failed: #ff9f63;
    --rejected: #cba6ff;
    --fell-back: #45d1a8;
    --median: #6db9ff;
    --tail: #ff94c2;
    --in-flight: #6db9ff;
    --in-flight-tint: #6db9ff26;
    --open: #f0813f;
    --half-open: #ffd166;
    --budget: #45d1a8;
    --budget-tint: #45d1a826;
    --hedged: #cba6ff;
    --cut: #ff9f63;
    --hedged-tint: #cba6ff26;
    --won: #45d1a8;
    --waiting: #cba6ff;
    --waiting-tint: #cba6ff26;
    --first: #6db9ff;
    --second: #ff9f63;
    --third: #45d1a8;
    --fourth: #cba6ff;
    --fifth: #ffd166;
    --sixth: #ff94c2;
    --disturbance: #a5abb826;
    --disturbance-edge: #a5abb880;
    --recovery: #45d1a8;
  }
}

/* style.css */
*,
*::before,
*::after {
  box-sizing: border-box;
}
body {
  max-width: 1480px;
  margin: 0 auto;
  padding: clamp(16px, 3vw, 40px);
  background: var(--page);
  color: var(--text);
  font:
    15px / 1.45 system-ui,
    -apple-system,
    "Segoe UI",
    Roboto,
    sans-serif;
  font-variant-numeric: tabular-nums;
  -webkit-text-size-adjust: 100%;
}
h1,
h2,
h3,
p,
dl,
dd,
ul,
ol {
  margin: 0;
  padding: 0;
}
h1 {
  font-size: clamp(24px, 3vw, 32px);
  line-height: 1.2;
  letter-spacing: -0.02em;
}
h1,
h2,
.name {
  overflow-wrap: anywhere;
}
h2 {
  font-size: 18px;
  letter-spacing: -0.01em;
}
h3 {
  font-size: 13px;
  font-weight: 400;
  color: var(--muted);
}
h3 .name {
  color: var(--text);
  font-weight: 600;
}
ul,
ol {
  list-style: none;
}
:focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.muted,
dt,
summary,
#overview {
  color: var(--muted);
}
.muted,
dt,
summary {
  font-size: 13px;
}
header {
  display: flex;
  flex-wrap: wrap;
  align-items: start;
  justify-content: space-between;
  gap: 10px 24px;
  margin-bottom: 20px;
}
#connection {
  padding: 3px 12px;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--card);
  font-size: 14px;
}
#connection::before {
  content: "○ ";
  color: var(--muted);
}
#connection[data-state=live]::before {
  content: "● ";
  color: var(--budget);
}
#connection[data-state=lost] {
  border-color: var(--open);
  font-weight: 600;
}
#connection[data-state=lost]::before {
  content: "▲ ";
  color: var(--open);
}
#answer {
  margin-bottom: 16px;
  padding: 8px 14px;
  border: 1px solid var(--open);
  border-radius: 8px;
  background: var(--card);
}
main {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 330px), 1fr));
  align-items: start;
  gap: 18px;
}
body[data-connection=lost] main {
  opacity: 0.6;
}
.card {
  display: grid;
  gap: 16px;
  padding: 16px 18px 18px;
  border: 1px solid var(--line);
  border-radius: 10px;
  background: var(--card);
}
.card > .muted {
  margin-top: -14px;
}
.numbers {
  display: grid;
  grid-template-columns: repeat(3, minmax(0, 1fr));
  gap: 8px 14px;
}
dd {
  font-size: 18px;
  font-weight: 600;
}
dd.muted {
  font-size: 12px;
  font-weight: 400;
  line-height: 1.3;
}
.bar,
.strip {
  display: flex;
  height: 8px;
  margin: 5px 0;
  border-radius: 4px;
  overflow: hidden;
  background: var(--grid);
}
.bar.stacked,
.strip {
  height: 12px;
}
.bar > span,
.strip > span {
  flex: none;
  width: calc(100% * var(--share));
}
.bar.stacked > span {
  min-width: 3px;
  flex-shrink: 1;
}
.bar.stacked > span + span {
  border-left: 1px solid var(--card);
}
[data-kind=succeeded] {
  background: var(--first);
}
[data-kind=fell-back] {
  background: var(--third);
}
[data-kind=reason-0] {
  background: var(--second);
}
[data-kind=reason-1] {
  background: var(--fourth);
}
[data-kind=reason-2] {
  background: var(--fifth);
}
[data-kind=reason-3] {
  background: var(--sixth);
}
[data-kind=reason-4] {
  background: var(--half-open);
}
[data-kind=reason-5],
[data-kind=fault] {
  background: var(--muted);
}
[data-kind=budget] {
  background: var(--budget);
}
[data-kind=in-use] {
  background: var(--in-flight);
}
[data-kind=drained],
[data-kind=full] {
  background: var(--open);
}
.legend {
  display: grid;
  gap: 2px;
  margin-top: 6px;
  font-size: 13px;
}
.legend li {
  display: grid;
  grid-template-columns: auto 1fr auto;
  align-items: baseline;
  gap: 8px;
}
.key {
  width: 9px;
  height: 9px;
  border-radius: 2px;
}
.number {
  white-space: nowrap;
}
.sign {
  margin-right: 6px;
  color: var(--budget);
}
[data-state=open] .sign {
  color: var(--open);
}
[data-state=half_open] .sign {
  color: var(--half-open);
}
.strip > [data-state=closed] {
  height: 4px;
  margin-top: 4px;
  background: var(--budget);
}
.strip > [data-state=open] {
  min-width: 2px;
  background: var(--open);
}
.strip > [data-state=half_open] {
  min-width: 2px;
  height: 8px;
  margin-top: 2px;
  background: var(--half-open);
}
.scale {
  display: flex;
  justify-content: space-between;
  margin-top: -3px;
  font-size: 12px;
}
details {
  margin-top: 6px;
}
summary {
  width: fit-content;
  cursor: pointer;
}
details ol {
  margin-top: 4px;
  font-size: 13px;
}
.buttons {
  display: flex;
  gap: 8px;
  margin-top: 10px;
}
button {
  min-height: 32px;
  padding: 4px 14px;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--page);
  color: var(--text);
  font: inherit;
  font-size: 14px;
  cursor: pointer;
}
button:hover {
  border-color: var(--muted);
}
strong {
  font-weight: 600;
}
.nothing {
  color: var(--muted);
}
</style>
  </head>
  <body>
    <header>
      <div>
        <h1>{{TITLE}}</h1>
        <p id="overview"></p>
      </div>
      <p id="connection" role="status" data-state="connecting">Connecting</p>
    </header>
    <p id="answer" role="alert" hidden></p>
    <main id="policies" aria-label="Policies"></main>
    <noscript><p>This page needs JavaScript. The same facts are in <a href="snapshot">snapshot</a>, as JSON.</p></noscript>
    <script>
"use strict";
(() => {
  // elements.ts
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children.filter((child) => child !== null));
    return made;
  }
  function byId(id) {
    const found = document.getElementById(id);
    if (found === null) throw new Error(\`The page has no element "\${id}".\`);
    return found;
  }
  function bar(kind, ...parts) {
    const pieces = parts.map(({ share: share2, kind: piece }) => {
      const made = element("span", { "data-kind": piece });
      made.style.setProperty("--share", String(Math.min(1, Math.max(0, share2))));
      return made;
    });
    return element("div", { class: \`bar \${kind}\`, "aria-hidden": "true" }, ...pieces);
  }

  // actions.ts
  function listenForActions(base2) {
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button[data-act]") : null;
      const { act, circuit } = button?.dataset ?? {};
      if (act !== void 0 && circuit !== void 0) void move(base2, act, circuit);
    });
  }
  async function move(base2, act, circuit) {
    const words = await ask(\`\${base2}\${act}?circuit=\${encodeURIComponent(circuit)}\`);
    const answer = byId("answer");
    answer.hidden = words === null;
    answer.textContent = words === null ? "" : \`Circuit \${circuit} was not \${act === "trip" ? "tripped" : "reset"}: \${words}\`;
  }
  async function ask(url) {
    try {
      const response = await fetch(url, { method: "POST" });
      return response.ok ? null : (await response.text()).trim();
    } catch {
      return "the server cannot be reached.";
    }
  }

  // words.ts
  var count = (value) => Math.round(value).toLocaleString("en");
  var short = (value) => value.toLocaleString("en", { maximumFractionDigits: 2 });
  var some = (value, one, many = \`\${one}s\`) => \`\${count(value)} \${value === 1 ? one : many}\`;
  var share = (part, whole) => whole === 0 ? "0%" : \`\${Math.round(100 * part / whole)}%\`;
  function duration(ms) {
    const seconds = Math.round(ms / 1e3);
    if (ms < 1e3) return \`\${count(ms)} ms\`;
    if (seconds < 60) return \`\${seconds} s\`;
    if (seconds < 3600) return \`\${Math.floor(seconds / 60)} min \${seconds % 60} s\`;
    return \`\${Math.floor(seconds / 3600)} h \${Math.floor(seconds % 3600 / 60)} min\`;
  }
  var clock = (atMs) => new Date(atMs).toLocaleTimeString("en-GB");

  // circuit.ts
  var STRIP_MS = 15 * 6e4;
  var LISTED = 12;
  var WORDS = { closed: "Closed", open: "Open", half_open: "Half-open" };
  var SIGNS = { closed: "●", open: "▲", half_open: "◐" };
  function showCircuit(circuit, policy, atMs, mayAct2) {
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
        \` \${detail(circuit, atMs)}\`
      ),
      strip(history, state, atMs),
      element("p", { class: "muted scale", "aria-hidden": "true" }, element("span", {}, "15 min ago"), element("span", {}, "now")),
      others.length === 0 ? null : element("p", { class: "muted" }, \`Shared with \${others.join(", ")}.\`),
      changes(circuit),
      mayAct2 && circuit.canTrip ? buttons(name) : null
    );
  }
  function detail({ state, held, failureCount, retryAfterMs, history }, atMs) {
    const last = history.at(-1);
    const since = last === void 0 ? "" : \`for \${duration(Math.max(0, atMs - last.atMs))}\`;
    const cause = last?.errorClass === null || last === void 0 ? "" : \`, by \${last.errorClass}\`;
    if (state === "closed")
      return [since, failureCount === null ? "" : \`\${some(failureCount, "failure")} counted\`].filter(Boolean).join(", ");
    if (state === "half_open") return \`\${since}, waiting for a probe\`;
    const next = held ? ", by hand" : retryAfterMs === 0 ? ", next call probes" : retryAfterMs === null ? "" : \`, next probe in \${duration(retryAfterMs)}\`;
    return \`\${since}\${cause}\${next}\`;
  }
  function strip(history, now, atMs) {
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
    const words = \`\${WORDS[now]} now; \${some(inside.length, "change")} of state in the last 15 minutes.\`;
    return element("div", { class: "strip", role: "img", "aria-label": words }, ...pieces);
  }
  function changes({ name, history }) {
    if (history.length === 0) return null;
    const rows = history.slice(-LISTED).reverse().map(
      ({ atMs, to, errorClass }) => element(
        "li",
        {},
        element("time", {}, clock(atMs)),
        \` \${WORDS[to].toLowerCase()}\${errorClass === null ? "" : \`, by \${errorClass}\`}\`
      )
    );
    const summary = element("summary", { "data-key": \`history \${name}\` }, \`Last \${some(rows.length, "change")}\`);
    return element("details", { "data-key": \`changes \${name}\` }, summary, element("ol", {}, ...rows));
  }
  function buttons(name) {
    const button = (how, words, what) => element(
      "button",
      { type: "button", "data-act": how, "data-circuit": name, "data-key": \`\${how} \${name}\`, "aria-label": what },
      words
    );
    return element(
      "div",
      { class: "buttons" },
      button("trip", "Trip", \`Trip circuit \${name}: reject all calls until it is reset\`),
      button("reset", "Reset", \`Reset circuit \${name}: close it and forget its failures\`)
    );
  }

  // ends.ts
  var REASON_KINDS = 6;
  function endsOf({ succeeded, fellBack, faults, stopReasons }) {
    const reasons = Object.entries(stopReasons).sort(([a], [b]) => a < b ? -1 : 1);
    return [
      { label: "succeeded", kind: "succeeded", calls: succeeded },
      { label: "fell back", kind: "fell-back", calls: fellBack },
      ...reasons.map(([label, calls], index) => ({ label, kind: \`reason-\${index % REASON_KINDS}\`, calls })),
      { label: "mistake in the policy", kind: "fault", calls: faults }
    ].filter(({ calls }) => calls > 0);
  }
  function showEnds(policy) {
    const ends = endsOf(policy);
    const total = ends.reduce((sum, { calls }) => sum + calls, 0);
    const heading = element("h3", {}, "How calls ended");
    if (total === 0) return element("section", {}, heading, element("p", { class: "muted" }, "None has ended yet."));
    const legend = ends.map(
      ({ label, kind, calls }) => element(
        "li",
        {},
        element("span", { class: "key", "data-kind": kind, "aria-hidden": "true" }),
        element("span", { class: "name" }, label),
        element("span", { class: "number" }, \`\${count(calls)} (\${share(calls, total)})\`)
      )
    );
    const stacked = bar("stacked", ...ends.map(({ kind, calls }) => ({ kind, share: calls / total })));
    return element("section", { class: "ends" }, heading, stacked, element("ul", { class: "legend" }, ...legend));
  }

  // levels.ts
  function showBudget({ remaining, capacity, policies }, policy) {
    const others = policies.filter((other) => other !== policy);
    const isDrained = remaining < 1;
    const left = capacity === null ? \`\${short(remaining)} left\` : \`\${short(remaining)} of \${short(capacity)} left\`;
    return element(
      "section",
      { class: "budget", "data-drained": String(isDrained) },
      element("h3", {}, "Retry budget"),
      capacity === null || capacity === 0 ? null : bar("level", { kind: isDrained ? "drained" : "budget", share: remaining / capacity }),
      element("p", {}, left, isDrained ? element("strong", {}, " · drained, no retries") : null),
      others.length === 0 ? null : element("p", { class: "muted" }, \`Shared with \${others.join(", ")}.\`)
    );
  }
  function showLimiter(limiter) {
    const { name, kind, inUse, queued, limit, maxQueue } = limiter;
    const isFull = limit !== null && inUse >= limit;
    const waiting = \`\${count(queued)}\${maxQueue === null || maxQueue === 0 ? "" : \` of \${count(maxQueue)}\`} waiting\`;
    const words = [limit === null ? null : \`\${count(inUse)} of \${count(limit)} in use\`, ...ratesOf(limiter), waiting];
    return element(
      "section",
      { class: "limiter" },
      element("h3", {}, \`\${kind} \`, element("span", { class: "name" }, name)),
      limit === null ? null : bar("level", { kind: isFull ? "full" : "in-use", share: inUse / limit }),
      element("p", {}, words.filter((word) => word !== null).join(", "), isFull ? element("strong", {}, " · full") : null)
    );
  }
  function ratesOf({ remaining, stats }) {
    const { pausedMs = 0, rejectionRatio, rejected = 0 } = stats;
    const left = typeof remaining === "number" ? [\`\${short(remaining)} free now\`] : Object.entries(remaining ?? {}).map(([dimension, free]) => \`\${short(free)} \${dimension} free now\`);
    return [
      ...left,
      ...rejectionRatio === void 0 ? [] : [\`\${share(rejectionRatio, 1)} held back\`],
      ...pausedMs > 0 ? [\`paused for \${duration(pausedMs)}\`] : [],
      ...rejected > 0 ? [\`\${count(rejected)} turned away\`] : []
    ];
  }

  // card.ts
  function showPolicy(policy, snapshot, index, mayAct2) {
    const { name, operation } = policy;
    const heading = \`policy-\${index}\`;
    const circuit = snapshot.circuits.find((each) => each.name === policy.circuit);
    const budget = snapshot.budgets.find((each) => each.name === policy.budget);
    const limiters = snapshot.limiters.filter((each) => policy.limiters.includes(each.name));
    return element(
      "article",
      { class: "card", "aria-labelledby": heading },
      element("h2", { id: heading }, name),
      operation === null || operation === name ? null : element("p", { class: "muted" }, \`Operation \${operation}\`),
      numbers(policy),
      showEnds(policy),
      circuit === void 0 ? null : showCircuit(circuit, name, snapshot.atMs, mayAct2),
      budget === void 0 ? null : showBudget(budget, name),
      ...limiters.map(showLimiter),
      hedges(policy),
      keys(policy)
    );
  }
  function numbers({ calls, inFlight, amplification, attempts, retries, sleepMs }) {
    const now = amplification === null ? "no calls" : \`× \${short(amplification)}\`;
    return element(
      "dl",
      { class: "numbers" },
      fact("Calls", count(calls), inFlight === 0 ? "none in flight" : \`\${count(inFlight)} in flight\`),
      fact("Amplification", now, "per call, last minute"),
      fact(
        "Attempts",
        count(attempts),
        \`\${some(retries, "retry", "retries")}\${sleepMs === 0 ? "" : \`, \${duration(sleepMs)} slept\`}\`
      )
    );
  }
  function fact(term, value, remark) {
    return element("div", {}, element("dt", {}, term), element("dd", {}, value), element("dd", { class: "muted" }, remark));
  }
  function hedges({ hedges: made, hedgeWins, describe }) {
    const hasHedge = "hedge" in ("nesting" in describe ? describe : describe.policy ?? {});
    if (!hasHedge && made === 0) return null;
    const words = made === 0 ? "None yet" : \`\${some(made, "hedge")}, \${count(hedgeWins)} won (\${share(hedgeWins, made)})\`;
    return element("section", {}, element("h3", {}, "Hedges"), element("p", {}, words));
  }
  function keys({ keys: kept }) {
    if (kept === null) return null;
    const { open, half_open: halfOpen } = kept.circuits;
    const words = \`\${some(kept.kept, "key")} kept; \${some(open, "circuit")} open, \${count(halfOpen)} half-open\`;
    return element("section", {}, element("h3", {}, "Keys"), element("p", {}, words));
  }

  // feed.ts
  var AGAIN_MS = 5e3;
  function follow(url, heartbeatMs2, hear, tell2) {
    let silence;
    let source = open();
    function open() {
      const opened = new EventSource(url);
      opened.addEventListener("snapshot", ({ data }) => {
        alive();
        hear(JSON.parse(data));
      });
      opened.addEventListener("beat", alive);
      opened.addEventListener("error", () => {
        tell2("lost");
        if (opened.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS, opened);
      });
      return opened;
    }
    function again(gone) {
      if (gone !== source) return;
      gone.close();
      source = open();
    }
    function alive() {
      tell2("live");
      clearTimeout(silence);
      silence = setTimeout(() => {
        tell2("lost");
        again(source);
      }, 2.5 * heartbeatMs2);
    }
  }

  // main.ts
  var { mayAct, heartbeatMs } = document.documentElement.dataset;
  var base = location.pathname.endsWith("/") ? location.pathname : \`\${location.pathname}/\`;
  var latest = null;
  var isHeld = false;
  function draw() {
    if (latest === null || isHeld) return;
    const snapshot = { ...latest, atMs: Math.ceil(latest.atMs / 1e3) * 1e3 };
    const { policies, circuits } = snapshot;
    const open = circuits.filter(({ state }) => state !== "closed").length;
    byId("overview").textContent = \`\${some(policies.length, "policy", "policies")}, \${some(circuits.length, "circuit")}, \${open} of them not closed\`;
    const cards = policies.map((policy, index) => showPolicy(policy, snapshot, index, mayAct === "yes"));
    const nothing = element("p", { class: "nothing" }, "No policy has been added to the registry.");
    redraw(byId("policies"), cards.length === 0 ? [nothing] : cards);
  }
  function redraw(place, cards) {
    const keyOf = (each) => each?.getAttribute("data-key") ?? null;
    const focused = keyOf(document.activeElement);
    const opened = new Set([...place.querySelectorAll("details[open]")].map(keyOf));
    for (const card of cards) for (const details of card.querySelectorAll("details")) details.open = opened.has(keyOf(details));
    const before = [...place.children];
    for (const [index, card] of cards.entries()) {
      const old = before[index];
      if (old === void 0) place.append(card);
      else if (!old.isEqualNode(card)) old.replaceWith(card);
    }
    for (const gone of before.slice(cards.length)) gone.remove();
    if (focused === null || keyOf(document.activeElement) === focused) return;
    const again = [...place.querySelectorAll("[data-key]")].find((each) => keyOf(each) === focused);
    again?.focus({ preventScroll: true });
  }
  function tell(connection) {
    const words = connection === "live" ? "Live" : \`Connection lost. \${latest === null ? "" : \`As of \${clock(latest.atMs)}. \`}Trying again.\`;
    const place = byId("connection");
    if (place.textContent !== words) place.textContent = words;
    place.dataset["state"] = connection;
    document.body.dataset["connection"] = connection;
  }
  addEventListener("pointerdown", () => {
    isHeld = true;
  });
  for (const end of ["pointerup", "pointercancel", "blur"])
    addEventListener(
      end,
      () => setTimeout(() => {
        isHeld = false;
        draw();
      })
    );
  listenForActions(base);
  follow(
    \`\${base}events\`,
    Number(heartbeatMs),
    (snapshot) => {
      latest = snapshot;
      draw();
    },
    tell
  );
})();
</script>
  </body>
</html>
`;
