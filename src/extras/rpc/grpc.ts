/*
 * gRPC: a status code beside `details`, the words of the server, or, in an `RpcError`, beside metadata. Other libraries' codes are
 * numbers too, so a code without either is not gRPC's.
 *   @grpc/grpc-js, grpc, gax   Error { code, details: string, metadata: Metadata }
 *   nice-grpc                  ClientError { path, code, details }
 *   grpc-web                   RpcError { code, metadata: {} }
 *   protobuf-ts                RpcError { code: "UNAVAILABLE", meta: {} }
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { classifierOfLibrary, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";
import { kindOfRpcCode, RPC_NAMES, withPushback } from "./status-codes.ts";

// What waitForReady says, which has no code. Source: grpc-js src/client.ts.
const NOT_READY = "Failed to connect before the deadline";

function grpcRule(link: Link): Verdict {
  if (link.message.startsWith(NOT_READY)) return "TIMEOUT";
  const metadata = link.read("metadata") ?? link.read("meta");
  const rpcError = link.name === "RpcError" && metadata !== undefined;
  if (!rpcError && typeof link.read("details") !== "string") return undefined;
  const code = link.read("code");
  const number = rpcError && typeof code === "string" ? RPC_NAMES.indexOf(code) : code;
  return withPushback(kindOfRpcCode(number, link.message), metadata);
}

const meaning: Meaning = { rule: grpcRule };

export const grpc: Library = {
  name: "grpc",
  looks: { fields: ["details", "meta", "metadata"], beginnings: [NOT_READY] },
  meaning,
};

/**
 * Classifies the errors of gRPC clients (`@grpc/grpc-js`, nice-grpc, grpc-web, protobuf-ts) by status code, and reads the server's
 * pushback into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(grpcClassifier, defaultClassifier)`.
 */
export const grpcClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("grpcClassifier", meaning);
