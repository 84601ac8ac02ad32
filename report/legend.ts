/* The legend of a chart: what each line looks like, its value under the cursor, and a button that hides it. */
import type { Line } from "./chart-kind.ts";
import { element } from "./elements.ts";

const SVG = "http://www.w3.org/2000/svg";
const SWATCH = { width: 26, height: 12 };

interface Legend {
  readonly list: HTMLUListElement;
  /** Sets the texts beside the labels, in the order of the lines. */
  setValues(values: readonly string[]): void;
  /** Marks a line as shown or hidden. */
  mark(line: Line, shown: boolean): void;
}

function legendOf(lines: readonly Line[], toggle: (line: Line) => void): Legend {
  const values = lines.map(() => element("output", { class: "value", "aria-live": "off" }));
  const items = lines.map((line, index) => {
    const button = element("button", { type: "button", "aria-pressed": "true" }, swatch(line), line.label);
    button.addEventListener("click", () => toggle(line));
    return element("li", {}, button, values[index] ?? "");
  });
  return {
    list: element("ul", { class: "legend" }, ...items),
    setValues: (texts) => values.forEach((output, index) => (output.textContent = texts[index] ?? "")),
    mark: (line, shown) => items[lines.indexOf(line)]?.firstElementChild?.setAttribute("aria-pressed", String(shown)),
  };
}

function swatch({ colour, dash, area }: Line): SVGSVGElement {
  const svg = shape("svg", { ...SWATCH, viewBox: `0 0 ${SWATCH.width} ${SWATCH.height}`, "aria-hidden": "true" });
  svg.classList.add("swatch", `swatch-${colour}`);
  if (area === "striped") {
    for (let at = 3; at < SWATCH.width; at += 7) {
      svg.append(shape("line", { x1: at, y1: SWATCH.height, x2: at + 7, y2: 0, "stroke-width": 3 }));
    }
  } else if (area === "solid") {
    svg.append(shape("rect", { ...SWATCH, fill: "currentColor" }));
  } else {
    const y = SWATCH.height / 2;
    const line = shape("line", { x1: 0, y1: y, x2: SWATCH.width, y2: y, "stroke-width": 2.5 });
    if (dash) line.setAttribute("stroke-dasharray", dash.join(" "));
    svg.append(line);
  }
  return svg;
}

function shape<Tag extends keyof SVGElementTagNameMap>(tag: Tag, attributes: Readonly<Record<string, string | number>>) {
  const made = document.createElementNS(SVG, tag) as SVGElementTagNameMap[Tag];
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

export { legendOf };
