/** What a command needs of a stream. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** What a command reads that is piped to it, or typed. */
interface Input {
  readonly isTTY?: boolean | undefined;
  /** All of it, once it has ended. */
  text(): Promise<string>;
}

/** Where a command runs: all that it touches of the process. */
export interface Terminal {
  readonly stdin: Input;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The terminal's width; 80 where it is not known. */
  readonly columns?: number | undefined;
}

type Style = "bold" | "dim" | "red" | "yellow" | "green" | "cyan";

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** SGR codes of ECMA-48, which terminals understand. */
const codes: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
};

/** FORCE_COLOR decides, then NO_COLOR (https://no-color.org), then whether the stream is a terminal. */
export function painter(stream: Stream, env: Terminal["env"]): Paint {
  const forced = env["FORCE_COLOR"];
  const coloured =
    forced !== undefined && forced !== ""
      ? forced !== "0" && forced !== "false"
      : !env["NO_COLOR"] && stream.isTTY === true && env["TERM"] !== "dumb";
  return (style, text) => (coloured ? `\u001b[${codes[style][0]}m${text}\u001b[${codes[style][1]}m` : text);
}

/** Columns to write in: from 40, so that something fits, to 160, so that lines stay readable. */
export function widthOf({ columns }: Terminal): number {
  return Math.min(Math.max(columns || 80, 40), 160);
}
