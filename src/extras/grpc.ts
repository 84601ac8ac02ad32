/*
 * gRPC: a numeric status code beside `details`, the words of the server. Other codes are numbers too, so a code without them is nobody's.
 *   @grpc/grpc-js, grpc, gax   Error { code, details: string, metadata: Metadata }
 *   nice-grpc                  ClientError { path, code, details }
 *   grpc-web                   RpcError { code, metadata: {} }
 *   protobuf-ts                RpcError { code: "UNAVAILABLE", meta: {} }
 */
import type { Classifier } from "../core/failure/classification.ts";
import { connectionRule } from "./connection.ts";
import { judge, type Link, read, type Verdict } from "./judge.ts";
import { classOfRpcCode, withPushback } from "./rpc-codes.ts";

// The first four letters of each status, by number: protobuf-ts writes them out.
const NAMES = "OK__CANCUNKNINVADEADNOT_ALREPERMRESOFAILABOROUT_UNIMINTEUNAVDATAUNAU";

export function grpcRule({ error, name, code, text }: Link): Verdict {
  // What waitForReady says has no code.
  if (/^Failed to connect before/.test(text)) return "TRANSIENT";
  const metadata = read(error, "metadata") ?? read(error, "meta");
  const rpc = name === "RpcError" && metadata !== undefined;
  if (!rpc && typeof read(error, "details") !== "string") return undefined;
  const number = read(error, "code");
  return withPushback(classOfRpcCode(rpc && number === code ? NAMES.indexOf(code.slice(0, 4)) / 4 : number, text), metadata);
}

/**
 * Classifies the errors of gRPC clients (`@grpc/grpc-js`, nice-grpc, grpc-web, protobuf-ts) by status code, and reads the server's
 * pushback into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(grpcClassifier, defaultClassifier)`.
 */
export const grpcClassifier: Classifier = (error) => judge(error, [grpcRule, connectionRule]);
