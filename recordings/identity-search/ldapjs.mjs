import ldap from "ldapjs";
import { refusing } from "../servers.mjs";
import { ADD, ldapServer, SEARCH } from "./servers/ldap.mjs";

/** What its callback gets; without one, its "error" event. */
async function asked(url, ask, more) {
  const client = ldap.createClient({ url: url.replace("http:", "ldap:"), ...more });
  return new Promise((resolve, reject) => {
    for (const event of ["error", "connectError", "connectTimeout", "connectRefused"]) client.on(event, reject);
    ask(client, (error, value) => (error ? reject(error) : resolve(value)));
  });
}
const bind = (client, done) => client.bind("cn=ada,dc=shop", "not-the-password", done);
const search = (client, done) =>
  client.search("dc=shop", { scope: "sub", filter: "(cn=bob)" }, (error, result) =>
    error ? done(error) : result.on("error", done).on("end", () => done(null, "end")),
  );

export default {
  library: "ldapjs",
  packages: ["ldapjs"],
  cases: [
    {
      id: "49.invalid-credentials",
      provoked: "bind to an Active Directory, answered 49 with data 52e",
      how: "provoked",
      expected: "AUTH",
      because: "wrong user or password",
      run: async () =>
        asked(
          await ldapServer(49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563\0"),
          bind,
        ),
    },
    {
      id: "50.insufficient-access",
      provoked: "add, answered 50",
      how: "provoked",
      expected: "PERMISSION",
      because: "this user may not write there",
      run: async () =>
        asked(await ldapServer({ [ADD]: 50 }, "no write access to parent"), (c, done) =>
          c.add("cn=bob,dc=shop", { cn: "bob" }, done),
        ),
    },
    {
      id: "32.no-such-object",
      provoked: "search below nothing, answered 32",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such entry",
      run: async () => asked(await ldapServer({ [SEARCH]: 32 }), search),
    },
    {
      id: "51.busy",
      provoked: "search, answered 51",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server is too busy for now, and says to try again",
      run: async () => asked(await ldapServer({ [SEARCH]: 51 }), search),
    },
    {
      id: "refused",
      provoked: "bind, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network",
      run: async () => asked(await refusing(), bind),
    },
    {
      id: "timeout",
      provoked: "bind with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => asked(await ldapServer("nothing"), bind, { timeout: 50 }),
    },
    {
      id: "cut",
      provoked: "bind, the connection was cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke under way",
      run: async () => asked(await ldapServer("cut"), bind),
    },
  ],
};
