import { Client } from "ldapts";
import { refusing } from "../servers.mjs";
import { ADD, ldapServer, SEARCH } from "./servers/ldap.mjs";

const at = (url, more) => new Client({ url: url.replace("http:", "ldap:"), ...more });
const bind = (client) => client.bind("cn=ada,dc=shop", "not-the-password");

export default {
  library: "ldapts",
  packages: ["ldapts"],
  cases: [
    {
      id: "49.invalid-credentials",
      provoked: "bind to an Active Directory, answered 49 with data 52e",
      how: "provoked",
      expected: "AUTH",
      because: "wrong user or password",
      run: async () =>
        bind(
          at(await ldapServer(49, "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data 52e, v4563\0")),
        ),
    },
    {
      id: "1.no-bind",
      provoked: "search of an Active Directory without a bind, answered 1",
      how: "provoked",
      expected: "AUTH",
      because: "the directory wants a login first, though the code says operations error",
      run: async () =>
        at(
          await ldapServer(
            1,
            "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection., data 0, v4563\0",
          ),
        ).search("dc=shop"),
    },
    {
      id: "50.insufficient-access",
      provoked: "add, answered 50",
      how: "provoked",
      expected: "PERMISSION",
      because: "this user may not write there",
      run: async () => at(await ldapServer({ [ADD]: 50 }, "no write access to parent")).add("cn=bob,dc=shop", { cn: "bob" }),
    },
    {
      id: "51.busy",
      provoked: "search, answered 51",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server is too busy for now, and says to try again",
      run: async () => at(await ldapServer({ [SEARCH]: 51 }, "")).search("dc=shop"),
    },
    {
      id: "52.unavailable",
      provoked: "bind, answered 52",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server is shutting down or starting up",
      run: async () => bind(at(await ldapServer(52, ""))),
    },
    {
      id: "68.already-exists",
      provoked: "add, answered 68",
      how: "provoked",
      expected: "PERMANENT",
      because: "the entry exists, and will at the next attempt",
      run: async () => at(await ldapServer({ [ADD]: 68 })).add("cn=bob,dc=shop", { cn: "bob" }),
    },
    {
      id: "3.time-limit",
      provoked: "search, answered 3",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave up on the search",
      run: async () => at(await ldapServer({ [SEARCH]: 3 })).search("dc=shop"),
    },
    {
      id: "refused",
      provoked: "bind, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a login that fails because of the network",
      run: async () => bind(at(await refusing())),
    },
    {
      id: "timeout",
      provoked: "bind with timeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => bind(at(await ldapServer("nothing"), { timeout: 50 })),
    },
    {
      id: "cut",
      provoked: "search, the connection was cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke under way",
      run: async () => at(await ldapServer({ [SEARCH]: "cut" })).search("dc=shop"),
    },
  ],
};
