/** A place in a text that moves on as the text is read. */
export class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** What matches a sticky pattern here; the cursor moves behind it. `null`, and no move, where nothing does. */
  take(pattern: RegExp): RegExpExecArray | null {
    const found = this.look(pattern);
    if (found !== null) this.at += found[0].length;
    return found;
  }

  /** The same without a move. */
  look(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  sees(pattern: RegExp): boolean {
    return this.look(pattern) !== null;
  }

  /** How far the line is indented in which the cursor stands. */
  get indent(): number {
    const start = this.text.lastIndexOf("\n", this.at - 1) + 1;
    return /^ */.exec(this.text.slice(start, start + 200))?.[0].length ?? 0;
  }
}
