/* Nothing that is recorded leaves this machine: only loopback names are looked up, and only loopback addresses are connected to. */
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

/** @param {unknown} host none is the machine itself */
export const isLoopback = (host) =>
  host === undefined || host === "" || /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(String(host));

function notFound(host) {
  console.error(`  not looked up: ${host}`);
  const facts = { code: "ENOTFOUND", errno: -3008, syscall: "getaddrinfo", hostname: host };
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), facts);
}

const { lookup } = dns;
dns.lookup = (host, ...rest) => (isLoopback(host) ? lookup(host, ...rest) : rest.at(-1)(notFound(host)));
for (const name of ["resolve", "resolve4", "resolve6", "resolveSrv", "resolveTxt"]) {
  dns[name] = (host, ...rest) => rest.at(-1)(notFound(host));
  dns.promises[name] = async (host) => {
    throw notFound(host);
  };
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (net.isIP(options?.host) && !isLoopback(options.host)) throw new Error(`not connected to: ${options.host}`);
  return connect.apply(this, args);
};

// A proxy would be a way out.
for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
syncBuiltinESMExports();
