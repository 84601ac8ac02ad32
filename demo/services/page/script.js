/* The script of the page: draws what the demo tells by its events, and asks it to run a scene. */
const scenes = JSON.parse(document.getElementById("data").textContent);
const layers = ["front", "middle", "last"];
const ways = ["withRule", "without"];
const buttons = { retries: "Who repeats?", disconnect: "The client leaves", deadline: "The client has a deadline" };

const byId = (id) => document.getElementById(id);
const count = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
const duration = (ms) => `${Math.round(ms).toLocaleString("en")} ms`;

for (const [scene, label] of Object.entries(buttons)) {
  const button = document.createElement("button");
  button.type = "button";
  button.id = scene;
  button.textContent = label;
  button.addEventListener("click", () => fetch(`/run/${scene}`, { method: "POST" }));
  byId("scenes").append(button);
}

for (const way of ways) {
  const section = byId(way);
  section.append(byId("way").content.cloneNode(true));
  section.querySelector("h3").id = `${way}-name`;
  for (const layer of layers) {
    const item = byId("layer").content.cloneNode(true);
    item.querySelector("h4").textContent = layer;
    section.querySelector("ol").append(item);
  }
}

function show(state) {
  const scene = scenes[state.scene];
  for (const name of Object.keys(buttons)) {
    byId(name).disabled = state.isRunning;
    byId(name).setAttribute("aria-pressed", String(name === state.scene));
  }
  byId("title").textContent = scene.title;
  byId("about").textContent = scene.about;
  byId("result").textContent = state.trouble ?? (state.isRunning || !state.without ? "Running …" : resultOf(scene, state));
  for (const way of ways) showWay(byId(way), scene, scene[way], state[way]);
}

function showWay(section, scene, { name, how }, run) {
  section.querySelector("h3").textContent = name;
  section.querySelector(".how").replaceChildren(...withCode(how));
  section.querySelector(".client span").textContent = run?.ending ?? (run?.isGone ? "has gone" : "waits for its answer");
  section.querySelector(".client span").classList.toggle("gone", run?.isGone === true);
  layers.forEach((layer, index) => {
    showLayer(section.querySelectorAll(".box")[index], scene, run?.layers[layer] ?? null);
  });
}

/** Names of headers and functions, set as such: they are not broken at the end of a line. */
function withCode(text) {
  return text.split(/(x-[a-z-]+(?:: false)?|handleRequests)/).map((part, index) => {
    if (index % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

function showLayer(box, { after }, figures) {
  const { requests = 0, requestsAfter = 0, workAfterMs = 0, underWay = 0, told = [] } = figures ?? {};
  box.querySelector(".count strong").textContent = requests.toLocaleString("en");
  box.querySelector(".count span").textContent = requests === 1 ? "request" : "requests";
  box.classList.toggle("busy", underWay > 0);
  const begun = requestsAfter > 0 ? `${count(requestsAfter, "request")}, and ` : "";
  box.querySelector(".afterwards").textContent = after ? `${begun}busy for ${duration(workAfterMs)} after ${after}` : "";
  box.querySelector(".afterwards").classList.toggle("wasted", workAfterMs >= 100);
  box.querySelector(".told").textContent = after && told.length > 0 ? `was told: ${told.join(" ms, then ")} ms left` : "";
  draw(box.querySelector(".requests"), requests, (index) => {
    const came = index >= requests - requestsAfter ? "dot after" : "dot";
    return index >= requests - underWay ? `${came} under-way` : came;
  });
}

/** One square for each request, 16 in a row. */
function draw(svg, squares, classOf) {
  while (svg.childElementCount > squares) svg.lastElementChild.remove();
  while (svg.childElementCount < squares) {
    const index = svg.childElementCount;
    const square = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const place = { x: (index % 16) * 10 + 1, y: Math.floor(index / 16) * 10 + 1, width: 8, height: 8, rx: 2 };
    for (const [name, value] of Object.entries(place)) square.setAttribute(name, String(value));
    svg.append(square);
  }
  [...svg.children].forEach((square, index) => {
    square.setAttribute("class", classOf(index));
  });
}

function resultOf({ withRule, without, after }, runs) {
  const last = ways.map((way) => runs[way].layers.last.requests);
  if (!after) return `The last service got ${last[0]} requests where ${withRule.name}, and ${last[1]} where ${without.name}.`;
  const [rule, none] = ways.map((way) => duration(runs[way].layers.last.workAfterMs));
  return `The last service was busy for ${rule} after ${after} (${withRule.name}), and for ${none} (${without.name}).`;
}

const events = new EventSource("/events");
events.onmessage = ({ data }) => show(JSON.parse(data));
events.onerror = () => {
  byId("result").textContent = "The demo has ended. Start it again, and load the page it names.";
};
