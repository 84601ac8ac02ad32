/* An LDAP server that answers each request with a result code. */
import { tcpServer } from "../../servers.mjs";

const BIND = 0x60;
export const SEARCH = 0x63;
const MODIFY = 0x66;
export const ADD = 0x68;

/** The tag of the answer to a request. */
const ANSWERS = { [BIND]: 0x61, [SEARCH]: 0x65, [MODIFY]: 0x67, [ADD]: 0x69 };

/** A short BER tag-length-value. */
function tlv(tag, ...parts) {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const length = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** `codes` per tag of request, or one for all; "nothing" is no answer, "cut" cuts the connection. */
export async function ldapServer(codes, message = "") {
  const { port } = await tcpServer((socket) =>
    socket.on("data", (data) => {
      // 30 len 02 idLength id tag ...
      const at = data[1] & 0x80 ? 2 + (data[1] & 0x7f) : 2;
      const idLength = data[at + 1];
      const id = data.subarray(at + 2, at + 2 + idLength);
      const tag = data[at + 2 + idLength];
      if (ANSWERS[tag] === undefined) return;
      const code = typeof codes === "object" ? (codes[tag] ?? 0) : codes;
      if (code === "cut") socket.destroy();
      else if (code !== "nothing")
        socket.write(tlv(0x30, tlv(0x02, id), tlv(ANSWERS[tag], tlv(0x0a, [code]), tlv(0x04, ""), tlv(0x04, message))));
    }),
  );
  return `ldap://127.0.0.1:${port}`;
}
