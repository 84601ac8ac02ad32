/* gRPC servers over HTTP/2 without TLS, each at an address like "127.0.0.1:4711". */
import http2 from "node:http2";

/** Answers every call with this status, in trailers only. */
export const grpcServer = (status, message, details) =>
  listening((stream) =>
    stream.respond(
      {
        ":status": 200,
        "content-type": "application/grpc",
        "grpc-status": String(status),
        "grpc-message": message.replaceAll("%", "%25"),
        ...details,
      },
      { endStream: true },
    ),
  );

/** Answers every call with an empty message. */
export const grpcEmpty = () =>
  listening((stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.alloc(5));
  });

/** Never answers. */
export const grpcHanging = () => listening(() => {});

async function listening(answer) {
  const server = http2.createServer();
  server.on("stream", (stream) => answer(stream.on("error", () => {})));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${server.unref().address().port}`;
}
