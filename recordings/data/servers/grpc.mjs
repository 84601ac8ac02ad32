/* A gRPC server that answers each of its methods with bytes, or with a status. */
import { Server, ServerCredentials } from "@grpc/grpc-js";

const asIs = (bytes) => bytes;

/** @param {Record<string, (call, callback) => void>} methods by their path, "/weaviate.v1.Weaviate/Search" */
export async function grpcServer(methods) {
  const server = new Server();
  const paths = Object.keys(methods);
  const definition = Object.fromEntries(
    paths.map((path) => [
      path,
      {
        path,
        requestStream: false,
        responseStream: false,
        requestSerialize: asIs,
        requestDeserialize: asIs,
        responseSerialize: asIs,
        responseDeserialize: asIs,
      },
    ]),
  );
  server.addService(definition, methods);
  return new Promise((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))),
  );
}

export const status = (code, details) => (_call, callback) => callback({ code, details });
export const bytes =
  (...of) =>
  (_call, callback) =>
    callback(null, Buffer.from(of));
export const never = () => {};
