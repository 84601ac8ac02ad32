/*
 * How the protocols tell a server for how long it may work: Connect in whole milliseconds, gRPC and gRPC-web in a number of up to 8 digits and a
 * unit. Sources: connectrpc.com/docs/protocol, "Timeout"; grpc/doc/PROTOCOL-HTTP2.md, "Requests".
 */

const CONNECT = "connect-timeout-ms";
const GRPC = "grpc-timeout";
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };
const MOST = 99_999_999;

const isGrpc = (header: Headers): boolean => header.get("content-type")?.startsWith("application/grpc") === true;

/** For how long the caller waits, in milliseconds; `Infinity` where it has not said. */
export function timeoutMsOf(header: Headers): number {
  const value = header.get(isGrpc(header) ? GRPC : CONNECT);
  if (value === null) return Infinity;
  const timeoutMs = isGrpc(header) ? Number(value.slice(0, -1)) * (UNITS[value.slice(-1)] ?? Number.NaN) : Number(value);
  return timeoutMs > 0 ? timeoutMs : Infinity;
}

/** Tells the server of a limit. */
export function setTimeoutMs(header: Headers, timeoutMs: number): void {
  if (timeoutMs === Infinity) return;
  const whole = Math.min(Math.ceil(timeoutMs), MOST);
  if (isGrpc(header)) header.set(GRPC, `${whole}m`);
  else header.set(CONNECT, String(whole));
}

/** Tells a server of gRPC how many attempts came before, gRFC A6. Of the other protocols, browsers would have to ask first whether they may. */
export function setPreviousAttempts(header: Headers, attempt: number): void {
  const type = header.get("content-type") ?? "";
  if (attempt > 1 && isGrpc(header) && !type.startsWith("application/grpc-web"))
    header.set("grpc-previous-rpc-attempts", String(attempt - 1));
}
