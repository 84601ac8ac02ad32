/* What a hurried person gives to the clients of HTTP in the place of a policy, of a client, or of options: each is refused where it is given, with what to do. */
import { Policy } from "redress";
import { axiosWithPolicy } from "redress/axios";
import { createFetch } from "redress/fetch";
import { gotWithPolicy } from "redress/got";
import { kyWithPolicy } from "redress/ky";
import { policyInterceptor } from "redress/undici";
import { describe, expect, test } from "vitest";

let requests = 0;
/** Whatever it is asked, it sends a request. */
const sending = async (): Promise<void> => void requests++;

const list = { use: () => 0, forEach: () => {} };
const axios = Object.assign(() => {}, {
  defaults: {},
  interceptors: { request: list, response: list },
  create: () => ({ ...axios, defaults: {} }),
});
const got = Object.assign(() => {}, { defaults: { mutableDefaults: false }, extend: () => got });
const ky = Object.assign(() => {}, { extend: (make: (parent: object) => object) => make({}) });

type Make = (policy: unknown, options?: unknown) => unknown;
const makers: readonly (readonly [string, Make])[] = [
  ["createFetch", (policy, options) => createFetch(policy as never, options as never)],
  ["axiosWithPolicy", (policy, options) => axiosWithPolicy(axios as never, policy as never, options as never)],
  ["gotWithPolicy", (policy, options) => gotWithPolicy(got, policy as never, options as never)],
  ["kyWithPolicy", (policy, options) => kyWithPolicy(ky, policy as never, options as never)],
  ["policyInterceptor", (policy, options) => policyInterceptor(policy as never, options as never)],
];

describe.each(makers)("%s", (owner, make) => {
  test("takes a policy, its options, policies by key, and nothing", () => {
    for (const policy of [new Policy(), { retry: {} }, { for: () => new Policy() }, undefined])
      expect(() => make(policy)).not.toThrow();
  });

  test.each<[string, unknown, string]>([
    ["a string", "x", 'got "x".'],
    ["null", null, "got null."],
    ["a function", sending, "got a function of 0 parameters."],
  ])("refuses %s in the place of a policy, and asks it for nothing", (_what, policy, got) => {
    expect(() => make(policy)).toThrow(new RegExp(`^${owner}\\.policy must be a .*${got}$`));
    expect(requests).toBe(0);
  });

  test("says of an option in the place of the policy's where it belongs", () => {
    expect(() => make({ retry: {}, idempotencyKey: true })).toThrow(
      `${owner}.policy must be the options of a policy; \`idempotencyKey\` is one of the options that come after it, got an object with retry, idempotencyKey.`,
    );
  });

  test("refuses what is no host, and no name of a header", () => {
    expect(() => make({}, { sendDeadline: ["orders.internal:80"] })).toThrow(`${owner}.sendDeadline[0] must be a host without`);
    expect(() => make({}, { sendDeadline: "orders.internal" })).toThrow(`${owner}.sendDeadline must be true, false or an array`);
    expect(() => make({}, { sendDeadline: true, deadlineHeader: "a b" })).toThrow(`${owner}.deadlineHeader must be the name of`);
    expect(() => make({}, { sendDeadline: ["orders.internal"], deadlineHeader: "x-left" })).not.toThrow();
  });

  test("says of a policy's option among its own where it belongs", () => {
    expect(() => make({}, { retry: {} })).toThrow(`${owner}.retry is not an option; did you mean \`retry\` of the policy?`);
    expect(() => make({}, { maxAttempts: 3 })).toThrow("did you mean `retry.maxAttempts` of the policy?");
  });
});

test("createFetch says what its first parameter is not", () => {
  expect(() => createFetch(fetch as never)).toThrow(
    "createFetch.policy must be a Policy, the options of one, or policies by key; what sends the requests is an option that comes after it, `fetch`, got a function of",
  );
});

test.each<[string, (client: never) => unknown, string]>([
  ["axiosWithPolicy", axiosWithPolicy, "axios, or what axios.create() gave"],
  ["gotWithPolicy", gotWithPolicy, "got, or an instance of it"],
  ["kyWithPolicy", kyWithPolicy, "ky, or an instance of it"],
])("%s says what it was given in the place of a client", (owner, make, what) => {
  expect(() => make(undefined as never)).toThrow(`${owner}.client must be ${what}, got undefined.`);
  expect(() => make({ retry: {} } as never)).toThrow(`${owner}.client must be ${what}, got an object with retry.`);
});

test("kyWithPolicy tells got from ky", () => {
  expect(() => kyWithPolicy(got)).toThrow("kyWithPolicy.client must be ky");
});
