/* What KV, R2, Queues and D1 are for workerd: HTTP services. These answer as Cloudflare's do, to a key that names the answer. */
const kv = {
  busy: [429, "Too Many Requests"],
  down: [500, "Internal Server Error"],
  unauthorized: [401, "Unauthorized"],
  big: [413, "Value length of 26214401 exceeds limit of 26214400."],
};

const r2 = {
  internal: [500, 10001, "We encountered an internal error. Please try again."],
  busy: [429, 10058, "Reduce your concurrent request rate for the same object."],
  down: [503, 10043, "Please look at https://www.cloudflarestatus.com for issues or contact customer support."],
  unauthorized: [401, 10002, "Unauthorized"],
  meta: [400, 10012, "Your metadata headers exceed the maximum allowed metadata size."],
};

const d1 = {
  unique: "UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
  overloaded: "D1 DB is overloaded. Requests queued for too long.",
  timeout: "D1 DB storage operation exceeded timeout which caused object to be reset.",
  lost: "Network connection lost.",
  reset: "D1 DB reset because its code was updated.",
  "no-table": "no such table: orders: SQLITE_ERROR",
  busy: "database is locked: SQLITE_BUSY",
};

const kinds = {
  async kv(request) {
    await request.arrayBuffer();
    const [status, text] = kv[decodeURIComponent(new URL(request.url).pathname.slice(1))];
    return new Response(text, { status, statusText: status === 413 ? "Payload Too Large" : text });
  },
  async r2(request) {
    const body = await request.arrayBuffer();
    const head = body.slice(0, Number(request.headers.get("cf-r2-metadata-size")));
    const { object } = JSON.parse(request.headers.get("cf-r2-request") ?? new TextDecoder().decode(head));
    const [status, v4code, message] = r2[object];
    return new Response("", { status, headers: { "cf-r2-error": JSON.stringify({ version: 1, v4code, message }) } });
  },
  async queue(request) {
    await request.arrayBuffer();
    return new Response("Too Many Requests", { status: 429, statusText: "Too Many Requests" });
  },
  async queueDown(request) {
    await request.arrayBuffer();
    return new Response("", { status: 503, statusText: "Queue is overloaded. Please back off." });
  },
  async d1(request) {
    const { sql } = [await request.json()].flat()[0];
    return Response.json({ success: false, error: d1[sql], results: [], meta: {} }, { status: 500 });
  },
};

export default {
  fetch: (request, env) => kinds[env.KIND](request),
};
