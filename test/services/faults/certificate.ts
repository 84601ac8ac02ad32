/* A certificate that nobody trusts: signed by itself, made anew for each run. */
import { execFileSync } from "node:child_process";

/** Private key and certificate, in PEM, for `localhost` and 127.0.0.1. Needs the program `openssl`. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 2";
  const names = "subjectAltName=IP:127.0.0.1,DNS:localhost";
  const pem = execFileSync("openssl", [...command.split(" "), "-addext", names, "-keyout", "-", "-out", "-"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const certAt = pem.indexOf("-----BEGIN CERTIFICATE-----");
  return { key: pem.slice(0, certAt), cert: pem.slice(certAt) };
}
