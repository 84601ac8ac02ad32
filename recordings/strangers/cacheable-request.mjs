import http from "node:http";
import CacheableRequest from "cacheable-request";
import { Keyv } from "keyv";
import { goneUrl, plainUrl, say } from "../built-in-hosts.mjs";

const get = (url, adapter) =>
  new Promise((resolve, reject) => {
    const request = new CacheableRequest(http.request, adapter).request();
    const emitter = request(new URL(url), resolve);
    emitter.on("error", reject);
    emitter.on("request", (one) => {
      one.on?.("error", reject);
      one.end();
    });
  });
const broken = {
  get: async () => {
    throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:6379"), {
      code: "ECONNREFUSED",
      errno: -111,
      syscall: "connect",
      address: "127.0.0.1",
      port: 6379,
    });
  },
  set: async () => {},
  delete: async () => {},
  clear: async () => {},
  opts: {},
  on() {},
};

export default {
  library: "cacheable-request",
  packages: ["cacheable-request"],
  cases: [
    {
      id: "cache-error",
      provoked: "get with a cache whose store cannot be reached",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the store of the cache refused the connection",
      run: () => {
        say(200, "a", { "cache-control": "max-age=60" });
        return get(plainUrl, new Keyv({ store: broken, throwOnErrors: true }));
      },
    },
    {
      id: "refused",
      provoked: "get where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => get(goneUrl, new Map()),
    },
  ],
};
