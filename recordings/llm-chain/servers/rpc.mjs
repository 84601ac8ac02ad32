/* A JSON-RPC server that answers each method with a result, or with { error }. A batch is answered as a batch. */
import { httpServer } from "../../servers.mjs";

export const rpc = async (answers, status = 200, headers = {}) =>
  (
    await httpServer((_request, response, body) => {
      const one = ({ id, method, params }) => {
        let answer = answers[method] ?? answers["*"] ?? null;
        if (typeof answer === "function") answer = answer(params);
        return { jsonrpc: "2.0", id, ...(answer?.error ? { error: answer.error } : { result: answer }) };
      };
      const asked = JSON.parse(body);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(Array.isArray(asked) ? asked.map(one) : one(asked)));
    })
  ).url;

/** An answer that is an error. */
export const fails = (code, message, data) => ({ error: { code, message, ...(data !== undefined && { data }) } });

/** The ABI's Error(string). */
export const revertData = (text) => {
  const hex = Buffer.from(text).toString("hex");
  return `0x08c379a0${"20".padStart(64, "0")}${text.length.toString(16).padStart(64, "0")}${hex.padEnd(Math.ceil(hex.length / 64) * 64, "0")}`;
};

/** The private key of an account that is nobody's. */
export const KEY = `0x${"01".repeat(32)}`;
