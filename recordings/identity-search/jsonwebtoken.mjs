import http from "node:http";
import jwt from "jsonwebtoken";
import { refusing } from "../servers.mjs";

const token = (more = {}, options = {}) => jwt.sign({ sub: "u1", ...more }, "secret-1", options);

export default {
  library: "jsonwebtoken",
  packages: ["jsonwebtoken"],
  cases: [
    {
      id: "expired",
      provoked: "verify of a token that has expired",
      how: "provoked",
      expected: "AUTH",
      because: "the token has expired",
      run: async () => jwt.verify(token({}, { expiresIn: -3600 }), "secret-1"),
    },
    {
      id: "invalid-signature",
      provoked: "verify with another secret",
      how: "provoked",
      expected: "AUTH",
      because: "the token was not signed by whom we trust",
      run: async () => jwt.verify(token(), "secret-2"),
    },
    {
      id: "malformed",
      provoked: "verify of something that is no token",
      how: "provoked",
      expected: "AUTH",
      because: "what was handed in as a credential is none",
      run: async () => jwt.verify("undefined", "secret-1"),
    },
    {
      id: "not-before",
      provoked: "verify of a token that is not valid yet",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid now",
      run: async () => jwt.verify(token({}, { notBefore: 3600 }), "secret-1"),
    },
    {
      id: "key-callback.refused",
      provoked: "verify, whose callback for the key failed because the connection was refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the key could not be fetched; the token was never looked at",
      run: async () => {
        const url = await refusing();
        return new Promise((resolve, reject) =>
          jwt.verify(
            token(),
            (_header, done) => http.get(url).on("error", done),
            (error, value) => (error ? reject(error) : resolve(value)),
          ),
        );
      },
    },
    {
      id: "sign.no-secret",
      provoked: "sign without a secret",
      how: "provoked",
      expected: "PERMANENT",
      because: "misuse of the library",
      run: async () => jwt.sign({ sub: "u1" }, undefined),
    },
  ],
};
