/* The request provably never left: nobody there, no such name, no connection, no handshake. */
import { type Fault, family } from "./fault.ts";

export const CONNECT_FAULTS: readonly Fault[] = [
  ...family(
    { where: "connect", retried: true, ends: "failure" },
    {
      refused: { url: ({ refusedOrigin }) => refusedOrigin },
      // A label longer than names may have: no resolver is asked.
      "unknown-name": { url: () => `http://${"x".repeat(64)}.invalid` },
      // Accepted, and closed before the handshake is over.
      "tls-cut": { retried: "either", url: ({ tls }) => tls.cut.origin },
      "tls-reset": { retried: "either", url: ({ tls }) => tls.reset.origin },
    },
  ),
  ...family(
    { where: "connect", retried: true, ends: "failure", stalls: true },
    {
      // The machine is there, and does not take the connection.
      "connect-hangs": { url: ({ silentOrigin }) => silentOrigin },
      "tls-hangs": { url: ({ tls }) => tls.silent.origin },
    },
  ),
  ...family(
    { where: "connect", retried: "either", ends: "failure" },
    {
      "tls-self-signed": { url: ({ tls }) => tls.selfSigned.origin },
      "tls-on-a-plain-port": { url: ({ tls }) => tls.plain.origin },
    },
  ),
];
