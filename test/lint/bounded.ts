/* The patterns that recheck finds something against, and what bounds the text that they are shown. One that has been mended leaves the list: a test sees to it. */

export interface Bounded {
  /** Below src/. */
  readonly file: string;
  readonly source: string;
  readonly because: string;
}

/** A rule sees 500 letters of a message at most: `Link` in extras/shared/link.ts. test/fuzz/long-texts.test.ts holds these to it. */
const because = "a classifier sees a part of a message";

export const boundedInClassifiers: readonly Bounded[] = [
  { file: "extras/clouds/google.ts", source: "^.*{\\W+error", because },
  {
    file: "extras/http/gemini.ts",
    source: ": (fetch failed|Failed to fetch|Load failed|NetworkError.*|terminated|Connect Timeout Error)$",
    because,
  },
  { file: "extras/rpc/status-codes.ts", source: "HTTP \\D*5", because },
  { file: "extras/shared/clause.ts", source: "(?:\\S+ ){3}\\S", because },
  {
    file: "extras/sql/sqlite.ts",
    source:
      "Network connection lost|D1 DB reset because its code was updated|Cannot resolve D1 DB due to transient issue|D1_ERROR: Replica disconnected|D1_ERROR: .* client disconnected|HRANA_WEBSOCKET_ERROR|HRANA_CLOSED_ERROR",
    because,
  },
];

export const bounded: readonly Bounded[] = [
  ...boundedInClassifiers,
  {
    file: "cli/load/user-stack.ts",
    source: "\\(?((?:file:\\/\\/|[A-Za-z]:\\\\|\\/)[^()]*?):(\\d+):(\\d+)\\)?$",
    because: "a line of a stack of the user's own module is as long as a path",
  },
  {
    file: "core/failure/http/instant.ts",
    source: "([\\d.]+)([a-z]+)",
    because: "40 letters of a header, once they are known to be durations",
  },
  { file: "doctor/rules/seconds-for-milliseconds.ts", source: "\\B(?=(\\d{3})+$)", because: "a number in digits" },
];
