/* A key and a certificate that it has signed itself, for localhost: made when they are asked for, and thrown away with the process. */
import { execFileSync } from "node:child_process";
import { createServer } from "node:https";

const made = execFileSync(
  "openssl",
  [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-keyout", "-", "-out", "-"],
  ],
  { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
);
const [, key, cert] = /^(-----BEGIN PRIVATE KEY-----.+)(-----BEGIN CERTIFICATE-----.+)$/s.exec(made);

export { cert, key };

/** The address of a web server with that certificate. */
export async function selfSigned() {
  const server = createServer({ key, cert }, (_request, response) => response.end("ok"));
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://127.0.0.1:${server.unref().address().port}`;
}
