/*
 * Where the frames of a stack begin. A log may be long, and anybody's: no pattern here looks at a run of white space from each of its letters anew.
 */

/** A line feed, and then a frame: indented, or below an empty line. */
const FRAME = /\n(?:[^\S\n]*\n|[^\S\n]+)at \S/;

/** The place of the first frame; -1 where there is none. */
export function firstFrame(text: string): number {
  return text.search(FRAME);
}

/** The text up to the first frame, and the line feeds before it. */
export function withoutFrames(text: string): string {
  const frame = firstFrame(text);
  if (frame < 0) return text;
  const before = text.slice(0, frame);
  const feed = before.indexOf("\n", before.trimEnd().length);
  return feed < 0 ? before : before.slice(0, feed);
}
