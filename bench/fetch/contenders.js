/** A loopback GET, by each client as its users would set it up: with retries where it has them. Each returns the text of the answer. */
export const contenders = {
  fetch: async () => async (/** @type {string} */ url) => (await fetch(url)).text(),
  "fetch with a timeout": async () => async (/** @type {string} */ url) => {
    const controller = new AbortController();
    const timeout = setTimeout(() => controller.abort(), 30_000);
    const response = await fetch(url, { signal: controller.signal });
    clearTimeout(timeout);
    return response.text();
  },
  createFetch: async () => {
    const { createFetch } = await import("../../dist/contrib/fetch/index.js");
    const api = createFetch();
    return async (/** @type {string} */ url) => (await api(url)).text();
  },
  ky: async () => {
    const { default: ky } = await import("ky");
    const api = ky.create({ retry: 3 });
    return (/** @type {string} */ url) => api(url).text();
  },
  "axios + axios-retry": async () => {
    const [{ default: axios }, { default: axiosRetry }] = await Promise.all([import("axios"), import("axios-retry")]);
    const { Agent } = await import("node:http");
    // Without it, axios opens a connection for each request on Node 18; since Node 19 agents keep theirs.
    const api = axios.create({ httpAgent: new Agent({ keepAlive: true }), responseType: "text" });
    axiosRetry(api, { retries: 3 });
    return async (/** @type {string} */ url) => (await api.get(url)).data;
  },
  got: async () => {
    const { default: got } = await import("got");
    const { Agent } = await import("node:http");
    const api = got.extend({ retry: { limit: 3 }, agent: { http: new Agent({ keepAlive: true }) } });
    return (/** @type {string} */ url) => api(url).text();
  },
};
