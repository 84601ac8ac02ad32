/* Plain clients of Node's, which keep nothing and retry nothing. */
import { once } from "node:events";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:http2";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The connection broke before the body was whole. */
  readonly isCut: boolean;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly agent?: Agent;
  readonly body?: string;
}

/** One request, and its whole answer. Rejects where there is none. */
export function ask(url: string, { method = "GET", headers = {}, agent, body }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers: headers as Record<string, string | string[]>, agent: agent ?? new Agent() },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        const ended = (): void =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, isCut: !response.complete });
        response.on("end", ended);
        response.on("error", ended);
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A request whose client leaves: at once after sending, or when the first bytes of the answer are there. */
export async function askAndLeave(
  url: string,
  when: "before an answer" | "in the answer",
  untilHandled: Promise<unknown>,
): Promise<void> {
  const sent = request(url, { agent: new Agent() });
  sent.on("error", () => {});
  sent.end();
  if (when === "in the answer") {
    const [response] = (await once(sent, "response")) as [NodeJS.ReadableStream];
    response.on("error", () => {});
    await once(response, "data");
  }
  await untilHandled;
  sent.destroy();
}

/** The same over HTTP/2 without TLS. */
export async function askH2(origin: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const session = connect(origin);
  try {
    const stream = session.request({ ":path": path, ...headers });
    stream.setEncoding("utf8");
    let body = "";
    stream.on("data", (chunk: string) => {
      body += chunk;
    });
    const [answered] = (await once(stream, "response")) as [IncomingHttpHeaders & { ":status"?: number }];
    await once(stream, "close");
    return { status: answered[":status"] ?? 0, headers: answered, body, isCut: stream.rstCode !== 0 };
  } finally {
    session.close();
  }
}

/** A request over HTTP/2 whose client resets its stream when the handler is at work. */
export async function askH2AndLeave(origin: string, path: string, untilHandled: Promise<unknown>): Promise<void> {
  const session = connect(origin);
  const stream = session.request({ ":path": path });
  stream.on("error", () => {});
  await untilHandled;
  stream.close(8);
  await once(stream, "close");
  session.close();
}
