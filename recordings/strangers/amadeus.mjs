import Amadeus from "amadeus";
import { refuse, reply, say } from "../built-in-hosts.mjs";

const silent = { log() {}, error() {}, warn() {} };
const client = () => new Amadeus({ clientId: "a", clientSecret: "b", logLevel: "silent", logger: silent });
const get = () => client().referenceData.urls.checkinLinks.get({ airlineCode: "BA" });
const tokenThen = (status, body, type = "application/vnd.amadeus+json") =>
  reply((request, response) => {
    const token = request.url.includes("oauth2/token");
    response.writeHead(token ? 200 : status, { "content-type": token ? "application/json" : type, connection: "close" });
    response.end(
      token
        ? JSON.stringify({
            type: "amadeusOAuth2Token",
            username: "u",
            application_name: "a",
            client_id: "a",
            token_type: "Bearer",
            access_token: "t",
            expires_in: 1799,
            state: "approved",
            scope: "",
          })
        : JSON.stringify(body),
    );
  });

export default {
  library: "amadeus",
  packages: ["amadeus"],
  cases: [
    {
      id: "429",
      provoked: "checkinLinks.get, answered 429; what is rejected is no Error",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "rate limited",
      run: () => {
        tokenThen(429, {
          errors: [
            {
              code: 38194,
              title: "Too many requests",
              detail: "The network rate limit is exceeded, please try again later",
              status: 429,
            },
          ],
        });
        return get();
      },
    },
    {
      id: "401.token",
      provoked: "the token request, answered 401 invalid_client",
      how: "provoked",
      expected: "AUTH",
      because: "the credentials are wrong",
      run: () => {
        say(401, {
          error: "invalid_client",
          error_description: "Client credentials are invalid",
          code: 38187,
          title: "Invalid parameters",
        });
        return get();
      },
    },
    {
      id: "refused",
      provoked: "the token request where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return get();
      },
    },
    {
      id: "500",
      provoked: "checkinLinks.get, answered 500",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        tokenThen(500, { errors: [{ status: 500, code: 141, title: "SYSTEM ERROR HAS OCCURRED" }] });
        return get();
      },
    },
  ],
};
