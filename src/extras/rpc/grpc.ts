/*
 * gRPC: a numeric status code beside `details`, the words of the server. Other codes are numbers too, so a code without them is nobody's.
 *   @grpc/grpc-js, grpc, gax   Error { code, details: string, metadata: Metadata }
 *   nice-grpc                  ClientError { path, code, details }
 *   grpc-web                   RpcError { code, metadata: {} }
 *   protobuf-ts                RpcError { code: "UNAVAILABLE", meta: {} }
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { judgeAs, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";
import { classOfRpcCode, withPushback } from "./status-codes.ts";

// The first four letters of each status, by number: protobuf-ts writes them out.
const NAMES = "OK__CANCUNKNINVADEADNOT_ALREPERMRESOFAILABOROUT_UNIMINTEUNAVDATAUNAU";

export function grpcRule(link: Link): Verdict {
  const { name, code, message: text } = link;
  // What waitForReady says has no code.
  if (/^Failed to connect before/.test(text)) return "TRANSIENT";
  const metadata = link.read("metadata") ?? link.read("meta");
  const rpc = name === "RpcError" && metadata !== undefined;
  if (!rpc && typeof link.read("details") !== "string") return undefined;
  const number = link.read("code");
  return withPushback(classOfRpcCode(rpc && number === code ? NAMES.indexOf(code.slice(0, 4)) / 4 : number, text), metadata);
}

const meaning: Meaning = {
  rule: grpcRule,
};

export const grpc: Library = {
  name: "grpc",
  looks: { fields: ["details", "meta", "metadata"], beginnings: ["Failed to connect before"] },
  meaning,
};

/**
 * Classifies the errors of gRPC clients (`@grpc/grpc-js`, nice-grpc, grpc-web, protobuf-ts) by status code, and reads the server's
 * pushback into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(grpcClassifier, defaultClassifier)`.
 */
export const grpcClassifier: Classifier = (error) => judgeAs(meaning, error);
