/* Numbers of FTP, SMTP and AMQP look like statuses of HTTP, and mean something else. */
import { defaultClassifier, type ErrorClass, strictClassifier } from "redress";
import { httpClassifier, universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";

const failed = (fields: object, message = "failed"): Error => {
  const { name, ...others } = fields as { name?: string };
  const error = Object.assign(new Error(message), others);
  return name === undefined ? error : Object.defineProperty(error, "name", { value: name });
};

const both = (error: unknown): unknown[] => [defaultClassifier(error), strictClassifier(error)];

/** What each classifier says that knows the protocol; to the one of HTTP, the number is none of its own. */
function expectEverywhere(error: unknown, errorClass: ErrorClass): void {
  expect(both(error)).toEqual([errorClass, errorClass]);
  expect(universalClassifier(error), "universalClassifier").toBe(errorClass);
  expect(httpClassifier(error), "httpClassifier").toBe("UNKNOWN");
}

test.each<[number, ErrorClass]>([
  [421, "TRANSIENT"],
  [425, "TRANSIENT"],
  [426, "TRANSIENT"],
  [450, "TRANSIENT"],
  [451, "TRANSIENT"],
  [452, "TRANSIENT"],
  [400, "TRANSIENT"],
  [430, "AUTH"],
  [500, "PERMANENT"],
  [599, "PERMANENT"],
  [530, "AUTH"],
  [532, "AUTH"],
  [550, "PERMANENT"],
  [552, "PERMANENT"],
  [553, "PERMANENT"],
])("FTP's %i is %s", (code, errorClass) => {
  expectEverywhere(failed({ name: "FTPError", code }), errorClass);
  expectEverywhere(new Error("upload failed", { cause: failed({ name: "FTPError", code }) }), errorClass);
});

describe("SMTP", () => {
  test.each<[number, ErrorClass]>([
    [421, "TRANSIENT"],
    [450, "TRANSIENT"],
    [451, "TRANSIENT"],
    [452, "TRANSIENT"],
    [454, "TRANSIENT"],
    [432, "AUTH"],
    [530, "AUTH"],
    [534, "AUTH"],
    [535, "AUTH"],
    [538, "AUTH"],
    [550, "PERMANENT"],
    [552, "PERMANENT"],
    [554, "PERMANENT"],
  ])("%i is %s", (responseCode, errorClass) => {
    const nodemailers = failed({ code: "EAUTH", response: `${responseCode} 5.7.8 no`, responseCode, command: "AUTH PLAIN" });
    expectEverywhere(nodemailers, errorClass);
    expectEverywhere(failed({ responseCode }), errorClass);
    expectEverywhere(failed({ name: "SMTPError", code: responseCode }), errorClass);
  });

  test("a response of HTTP beside a responseCode is none of SMTP's", () => {
    expect(both(failed({ responseCode: 550, response: { status: 503 } }))).toEqual(["SERVER_ERROR", "SERVER_ERROR"]);
    expect(both(failed({ responseCode: 550, response: {} }))).toEqual(["UNKNOWN", "UNKNOWN"]);
  });
});

test.each<[number, ErrorClass]>([
  [403, "PERMISSION"],
  [404, "PERMANENT"],
  [405, "CONCURRENCY"],
  [406, "PERMANENT"],
  [504, "PERMANENT"],
  [506, "TRANSIENT"],
  [530, "PERMANENT"],
  [541, "SERVER_ERROR"],
])("AMQP's %i is %s", (code, errorClass) => {
  expectEverywhere(failed({ code, classId: 50, methodId: 10 }), errorClass);
  expect(both(failed({ name: "AmqpError", code }))).toEqual([errorClass, errorClass]);
});

test.each([226, 399, 600, 425.5, undefined, "530"])("%s is no reply that tells of a failure", (code) => {
  for (const name of ["FTPError", "SMTPError", "AmqpError"])
    expect(both(failed({ name, code })), name).toEqual(["UNKNOWN", "UNKNOWN"]);
  expect(both(failed({ responseCode: code }))).toEqual(["UNKNOWN", "UNKNOWN"]);
});

test("a name that only sounds like that of a protocol changes no status", () => {
  expect(both(failed({ name: "HumongousBodyError", code: 413 }))).toEqual(["PERMANENT", "PERMANENT"]);
});

test.each([
  ["a server of MongoDB", { name: "MongoServerError", code: 462 }],
  ["a result of SQLite", { name: "SQLite3Error", code: 517 }],
  ["a news server", { name: "NNTPError", code: 480 }],
])("a number of %s is no status", (_whose, fields) => {
  expect(both(failed(fields))).toEqual(["UNKNOWN", "UNKNOWN"]);
});

test("a status beside such a number is HTTP's", () => {
  expect(defaultClassifier(failed({ name: "FTPError", code: 550, status: 503 }))).toBe("SERVER_ERROR");
});

test("the number of an error whose name is no text is that of no protocol", () => {
  const failure = { name: Symbol("FTPError"), code: 530 };
  expect(both(failure)).toEqual(both({ code: 530 }));
  expect(both({ ...failure, name: "FTPError" })).toEqual(["AUTH", "AUTH"]);
});
