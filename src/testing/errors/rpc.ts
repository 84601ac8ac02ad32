/* Errors of clients of gRPC: @grpc/grpc-js and Connect. */
import { anObject } from "../../core/option-rules.ts";
import { builder, type ErrorDetails, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

/** The names of the codes from 1 on: 0 is OK, which is no failure. Source: grpc.io, "Status codes". */
export const RPC_NAMES = [
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

export type RpcName = (typeof RPC_NAMES)[number];

export interface RpcDetails extends ErrorDetails {
  /** What the server says, without the code in front of it. @default the name of the code in small letters */
  readonly details?: string | undefined;
  /** Headers and trailers of the answer, such as `grpc-retry-pushback-ms`. @default none */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const RULES = { metadata: anObject, details: { text: "a string", type: "string", ok: () => true } };

function numberOf(code: string): number | undefined {
  const number = /^\d+$/.test(code) ? Number(code) : RPC_NAMES.indexOf(code as RpcName) + 1;
  return number > 0 && number <= RPC_NAMES.length ? number : undefined;
}

const nameOf = (number: number): string => RPC_NAMES[number - 1] as string;
const inWords = (number: number): string => nameOf(number).toLowerCase();

/** What grpc-js gives for metadata: `get` answers with all values of a key. */
function grpcMetadata(entries: Readonly<Record<string, string>>): object {
  const map = Object.fromEntries(Object.entries(entries).map(([key, value]) => [key.toLowerCase(), value]));
  return {
    get: (key: string) => (Object.hasOwn(map, key.toLowerCase()) ? [map[key.toLowerCase()]] : []),
    getMap: () => ({ ...map }),
  };
}

const WHAT = "a code of gRPC from 1 to 16, or its name, such as UNAVAILABLE";
const NOT_CONNECTED = "Failed to connect before the deadline";

/** @param code a number from 1 to 16 or its name, or `Failed to connect before the deadline`, which `waitForReady` says */
export const grpc: (code: number | RpcName | typeof NOT_CONNECTED, details?: RpcDetails) => Error = builder<
  number | RpcName | typeof NOT_CONNECTED,
  RpcDetails
>({
  name: "grpc",
  code: WHAT,
  words: [...RPC_NAMES, NOT_CONNECTED],
  rules: RULES,
  shape: (code, { details, metadata = {} }) => {
    if (code === NOT_CONNECTED) return { message: NOT_CONNECTED };
    const number = numberOf(code);
    if (number === undefined) return undefined;
    const said = details ?? inWords(number).replaceAll("_", " ");
    return {
      message: `${number} ${nameOf(number)}: ${said}`,
      own: { code: number, details: said, metadata: grpcMetadata(metadata) },
    };
  },
});

function connectShape(code: string, { details, metadata = {} }: RpcDetails): Shape | undefined {
  const network = networkShape(code);
  const number = network === undefined ? numberOf(code) : numberOf("UNAVAILABLE");
  if (number === undefined) return undefined;
  const said = details ?? network?.message ?? inWords(number).replaceAll("_", " ");
  // Connect spells it with one l.
  const name = number === 1 ? "canceled" : inWords(number);
  return {
    classes: ["ConnectError"],
    message: `[${name}] ${said}`,
    own: { name: "ConnectError", rawMessage: said, code: number, metadata: new Headers(metadata), details: [] },
    ...(network !== undefined && { cause: makeError(network, connectShape) }),
  };
}

/** @param code a number from 1 to 16 or its name, or a code of the network, which Connect makes UNAVAILABLE of */
export const connect: (code: number | RpcName | NetworkCode, details?: RpcDetails) => Error = builder<
  number | RpcName | NetworkCode,
  RpcDetails
>({
  name: "connect",
  code: `${WHAT}, or a code of the network, such as ECONNREFUSED`,
  words: [...RPC_NAMES, ...NETWORK_CODES],
  rules: RULES,
  shape: connectShape,
});
