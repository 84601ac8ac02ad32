/* What ../cloudflare-workers.mjs records, to be run by workerd: a request for "/ID" is answered with what that case threw. */
import { connect } from "cloudflare:sockets";
import { DurableObject } from "cloudflare:workers";
import { toFixture } from "../../to-fixture.mjs";

export class Thrower extends DurableObject {
  async fields() {
    throw Object.assign(new Error("no such order"), { code: "ORDER_UNKNOWN", status: 404 });
  }

  async abort() {
    this.ctx.abort(new Error("Durable Object reset because its code was updated."));
    await new Promise(() => {});
  }

  async insertTwice() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY)");
    sql.exec("INSERT INTO a VALUES (1)");
    sql.exec("INSERT INTO a VALUES (1)");
  }
}

const object = (env, name) => env.OBJECT.get(env.OBJECT.idFromName(name));

const cases = {
  "kv.put.429": (env) => env.KV.put("busy", "1"),
  "kv.get.500": (env) => env.KV.get("down"),
  "kv.get.401": (env) => env.KV.get("unauthorized"),
  "kv.put.key-too-long": (env) => env.KV.put("k".repeat(600), "1"),
  "kv.put.413": (env) => env.KV.put("big", "1"),
  "r2.put.10001": (env) => env.R2.put("internal", "1"),
  "r2.put.10058": (env) => env.R2.put("busy", "1"),
  "r2.put.10043": (env) => env.R2.put("down", "1"),
  "r2.get.10002": (env) => env.R2.get("unauthorized"),
  "r2.put.10012": (env) => env.R2.put("meta", "1"),
  "queue.send.429": (env) => env.QUEUE.send({ kind: "429" }),
  "queue.send.overloaded": (env) => env.QUEUE_DOWN.sendBatch([{ body: 1 }]),
  "queue.send.502": (env) => env.QUEUE_DOWN.send({ kind: "502" }),
  "d1.unique": (env) => env.DB.prepare("unique").run(),
  "d1.overloaded": (env) => env.DB.prepare("overloaded").run(),
  "d1.timeout": (env) => env.DB.prepare("timeout").all(),
  "d1.lost": (env) => env.DB.prepare("lost").all(),
  "d1.reset": (env) => env.DB.prepare("reset").all(),
  "d1.no-table": (env) => env.DB.prepare("no-table").all(),
  "d1.busy": (env) => env.DB.prepare("busy").all(),
  "d1.type": (env) => env.DB.prepare("select ?").bind(undefined).all(),
  "do.thrown.fields": (env) => object(env, "a").fields(),
  "do.abort": (env) => object(env, "b").abort(),
  "do.sql.unique": (env) => object(env, "c").insertTwice(),
  "fetch.refused": (env) => fetch(env.REFUSED),
  "fetch.timeout": (env) => fetch(env.HANGING, { signal: AbortSignal.timeout(100) }),
  "fetch.internal": (env) => fetch(env.TLS),
  "connect.refused": (env) => connect(new URL(env.REFUSED).host).opened,
};

/** Those that are thrown by the worker with the older date. */
const OLD = ["queue.send.429", "queue.send.overloaded"];

export default {
  async fetch(request, env) {
    const id = new URL(request.url).pathname.slice(1);
    if (OLD.includes(id) && env.OLD) return env.OLD.fetch(request);
    try {
      return Response.json({ gave: String(await cases[id](env)) });
    } catch (error) {
      return Response.json({ fixture: toFixture(error) });
    }
  },
};
