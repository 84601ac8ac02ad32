/* What an issuer hands out: tokens that the throwaway key has signed, and the account of a service. */
import { createSign, generateKeyPairSync } from "node:crypto";
import { cert, key } from "../../certificate.mjs";

/** The certificate that the tokens are verified with. */
export const certificate = cert;

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function jwt(claims) {
  const text = `${encoded({ alg: "RS256", typ: "JWT", kid: "k1" })}.${encoded(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key).toString("base64url")}`;
}

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

export const serviceAccount = {
  type: "service_account",
  project_id: "demo-shop",
  private_key_id: "k1",
  private_key: privateKey,
  client_email: "sdk@demo-shop.iam.gserviceaccount.com",
  client_id: "1",
  token_uri: "https://oauth2.googleapis.com/token",
};
