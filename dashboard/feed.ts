/*
 * What the page hears, and whether it still would:
 *   a snapshot or a beat          -> live
 *   the connection breaks         -> lost, until the next snapshot; the browser tries again by itself, and where it gives up, the page does
 *   nothing for two heartbeats    -> lost: a connection may end without a word
 */
import type { RegistrySnapshot } from "../src/registry/index.ts";

type Connection = "live" | "lost";

/** How long to wait before a new connection where the browser has given up, as after an answer that is none. */
const AGAIN_MS = 5_000;

function follow(
  url: string,
  heartbeatMs: number,
  hear: (snapshot: RegistrySnapshot) => void,
  tell: (connection: Connection) => void,
): void {
  let silence: ReturnType<typeof setTimeout> | undefined;
  let source = open();

  function open(): EventSource {
    const opened = new EventSource(url);
    opened.addEventListener("snapshot", ({ data }) => {
      alive();
      hear(JSON.parse(data));
    });
    opened.addEventListener("beat", alive);
    opened.addEventListener("error", () => {
      tell("lost");
      if (opened.readyState === EventSource.CLOSED) setTimeout(again, AGAIN_MS, opened);
    });
    return opened;
  }

  function again(gone: EventSource): void {
    if (gone !== source) return;
    gone.close();
    source = open();
  }

  function alive(): void {
    tell("live");
    clearTimeout(silence);
    silence = setTimeout(() => {
      tell("lost");
      again(source);
    }, 2.5 * heartbeatMs);
  }
}

export { type Connection, follow };
