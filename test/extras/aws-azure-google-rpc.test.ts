/* The rules of clouds and RPC, and the errors of everybody else: who composes them relies on each to know its own only. */
import { describe, expect, test } from "vitest";
import { awsRule } from "../../src/extras/aws.ts";
import { azureRule } from "../../src/extras/azure.ts";
import { connectRule } from "../../src/extras/connect.ts";
import { googleRule } from "../../src/extras/google.ts";
import { grpcRule } from "../../src/extras/grpc.ts";
import { judge, type Rule } from "../../src/extras/judge.ts";
import { libraries, recordedBy } from "../fixtures/recordings.ts";

const OWN: readonly (readonly [string, Rule, readonly string[]])[] = [
  ["awsRule", awsRule, ["aws-dynamodb", "aws-sqs"]],
  ["azureRule", azureRule, ["azure-core"]],
  // google-gax throws the errors of grpc-js with more on them, and of REST some that have no more than those of Connect.
  ["googleRule", googleRule, ["gaxios", "google-gax", "google-genai", "grpc-js", "connectrpc"]],
  ["grpcRule", grpcRule, ["grpc-js"]],
  ["connectRule", connectRule, ["connectrpc"]],
];

describe.each(OWN)("%s", (_name, rule, own) => {
  test.each(libraries.filter((library) => !own.includes(library)))("knows none of the errors of %s", (library) => {
    for (const { id, revive } of recordedBy(library))
      expect(judge(revive(), [rule], ["cause", "error", "originalError"]), id).toBe("UNKNOWN");
  });
});
