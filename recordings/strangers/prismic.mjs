import { createClient } from "@prismicio/client";
import { refuse, reply, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

const client = () => createClient("my-repo", { accessToken: "wrong" });
const get = () => client().getByUID("page", "home");

export default {
  library: "prismic",
  packages: ["@prismicio/client"],
  cases: [
    {
      id: "401",
      provoked: "getByUID, answered 401 with a text about the token",
      how: "provoked",
      expected: "AUTH",
      because: "the access token is wrong",
      run: () => {
        say(401, {
          error: "Invalid access token",
          oauth_initiate: "https://service.example/auth",
          oauth_token: "https://service.example/auth/token",
        });
        return get();
      },
    },
    {
      id: "502.html",
      provoked: "getByUID, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "bad gateway",
      run: () => {
        say(502, badGateway);
        return get();
      },
    },
    {
      id: "refused",
      provoked: "getByUID where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return get();
      },
    },
    {
      id: "no-document",
      provoked: "getByUID, answered 200 with no results",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such document",
      run: () => {
        reply((request, response) => {
          response.writeHead(200, { "content-type": "application/json", connection: "close" });
          response.end(
            JSON.stringify(
              request.url.includes("search")
                ? {
                    page: 1,
                    results_per_page: 1,
                    results_size: 0,
                    total_results_size: 0,
                    total_pages: 0,
                    next_page: null,
                    prev_page: null,
                    results: [],
                  }
                : {
                    refs: [{ id: "master", ref: "Z1", label: "Master", isMasterRef: true }],
                    languages: [],
                    types: {},
                    tags: [],
                    forms: {},
                  },
            ),
          );
        });
        return get();
      },
    },
  ],
};
