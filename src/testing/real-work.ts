/*
 * Whether the platform has work under way that no virtual clock can hurry: an answer over the network, a file, a timer of its own. Node, Deno and, in part, others tell what
 * is active by its kind, in about a microsecond; where the platform does not, nothing is found.
 */

/** Kinds that are no sign of somebody waiting: servers that listen, the runner's own channels, and what is done with in a moment. */
const PASSIVE: ReadonlySet<string> = new Set([
  "CloseReq",
  "FSEventWrap",
  "Immediate",
  "MessagePort",
  "ShutdownWrap",
  "SignalWrap",
  "StatWatcher",
  "TCPServerWrap",
  "TTYWrap",
  "Worker",
  "WriteWrap",
]);

/** What a person reads for a kind. */
const WORDS: Readonly<Record<string, string>> = {
  ConnectWrap: "a network connection",
  FSReqCallback: "access to a file",
  FSReqPromise: "access to a file",
  GetAddrInfoReqWrap: "a DNS lookup",
  PipeConnectWrap: "a connection to a local socket",
  PipeWrap: "a pipe, as of a child process",
  ProcessWrap: "a child process",
  TCPConnectWrap: "a network connection",
  TCPSocketWrap: "a network connection",
  TLSWrap: "a network connection",
  Timeout: "a timer of the platform, such as setTimeout",
  UDPWrap: "a UDP socket",
};

type Counts = ReadonlyMap<string, number>;

interface Platform {
  readonly process?: { getActiveResourcesInfo?(): readonly string[] };
}

/** What is under way now, by its kind; `null` where the platform does not say. */
export function workUnderWay(): Counts | null {
  try {
    const { process } = globalThis as Platform;
    if (typeof process?.getActiveResourcesInfo !== "function") return null;
    const counts = new Map<string, number>();
    for (const kind of process.getActiveResourcesInfo()) if (!PASSIVE.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
  } catch {
    return null;
  }
}

/** What is under way now and was not before, in words; an empty list where there is nothing, or nothing known. */
export function newWork(before: Counts | null): readonly string[] {
  const now = before === null ? null : workUnderWay();
  if (before === null || now === null) return [];
  const kinds = [...now].filter(([kind, count]) => count > (before.get(kind) ?? 0)).map(([kind]) => kind);
  return [...new Set(kinds.map((kind) => WORDS[kind] ?? kind))].sort();
}
