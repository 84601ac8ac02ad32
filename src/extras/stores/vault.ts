/*
 * Vault: node-vault keeps the status and the body of the answer, a list of `errors` in words. 400 and 403 stand for several things each, and some
 * statuses are Vault's own. Sources: developer.hashicorp.com/vault/api-docs, "HTTP status codes" and "/sys/health"; vault builtin/credential,
 * vault/logical_system.go; node-vault src/index.js.
 */
import { asText, kindOfPattern, type Library, type Link, type Patterns, type Verdict } from "../shared/index.ts";

/* The words of the first errors: patterns, since "1 error occurred:" and lists may stand around them. */
export const WORDS: Patterns = {
  AUTH: /missing client token|\binvalid token\b|bad token|invalid (username or password|role or secret ID|role ID|secret id)|token (is )?expired/i,
  CONCURRENCY: /check-and-set parameter did not match/i,
};

export const STATUSES_OF_ITS_OWN: readonly number[] = [472, 473];

/** Of the errors in the body, the first. */
function saidBy({ message, reader }: Link, errors: unknown): string {
  return `${message} ${asText(reader.read(errors, 0))} ${asText(reader.read(errors, 1))}`.slice(0, 500);
}

function vaultRule(link: Link): Verdict {
  const { reader } = link;
  const response = link.read("response");
  const errors = reader.read(reader.read(response, "body"), "errors");
  const status = Number(reader.read(response, "statusCode"));
  // A replica or a standby, which cannot answer: the next one may.
  if (STATUSES_OF_ITS_OWN.includes(status)) return "TRANSIENT";
  return Array.isArray(errors) && typeof errors[0] === "string" && (status === 400 || status === 403)
    ? kindOfPattern(WORDS, saidBy(link, errors))
    : undefined;
}

export const vault: Library = {
  name: "vault",
  looks: { fields: ["response"] },
  meaning: { rule: vaultRule },
};
