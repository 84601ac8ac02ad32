/* The colours of the canvases: the custom properties of the style sheet, which has values for light and dark. */

let known = new Map<string, string>();

/** The value of a custom property, `goodput` for `--goodput`. */
function colour(name: string): string {
  const seen = known.get(name);
  if (seen !== undefined) return seen;
  const found = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  known.set(name, found);
  return found;
}

/** Calls `redraw` when the reader changes between light and dark. */
function onThemeChange(redraw: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    known = new Map();
    redraw();
  });
}

/** A striped filling, which tells an area from its neighbour without its colour. It hides what it is drawn over: another area that reaches higher. */
function stripes(context: CanvasRenderingContext2D, name: string): CanvasPattern | string {
  const size = 8;
  const tile = new OffscreenCanvas(size, size);
  const brush = tile.getContext("2d");
  if (brush === null) return colour(name);
  brush.fillStyle = colour("card");
  brush.fillRect(0, 0, size, size);
  brush.strokeStyle = colour(name);
  brush.lineWidth = 3;
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift, size);
    brush.lineTo(shift + size, 0);
  }
  brush.stroke();
  return context.createPattern(tile, "repeat") ?? colour(name);
}

export { colour, onThemeChange, stripes };
