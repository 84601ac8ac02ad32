/* The rules of clouds and RPC, and the errors of everybody else: who composes them relies on each to know its own only. */
import { describe, expect, test } from "vitest";
import { aws } from "../../src/extras/clouds/aws.ts";
import { azure } from "../../src/extras/clouds/azure.ts";
import { google } from "../../src/extras/clouds/google.ts";
import { connect } from "../../src/extras/rpc/connect.ts";
import { grpc } from "../../src/extras/rpc/grpc.ts";
import { judge, type Library } from "../../src/extras/shared/index.ts";
import { libraries, recordedBy } from "../fixtures/recordings.ts";

const OWN: readonly (readonly [string, Library, readonly string[]])[] = [
  ["aws", aws, ["aws-dynamodb", "aws-sqs"]],
  ["azure", azure, ["azure-core"]],
  // google-gax throws the errors of grpc-js with more on them, and of REST some that have no more than those of Connect.
  ["google", google, ["gaxios", "google-gax", "google-genai", "grpc-js", "connectrpc"]],
  ["grpc", grpc, ["grpc-js"]],
  ["connect", connect, ["connectrpc"]],
];

describe.each(OWN)("%s", (_name, { meaning: { rule } }, own) => {
  test.each(libraries.filter((library) => !own.includes(library)))("knows none of the errors of %s", (library) => {
    for (const { id, revive } of recordedBy(library))
      expect(judge(revive(), [rule], { wrappers: ["error", "originalError"] }), id).toBe("UNKNOWN");
  });
});
