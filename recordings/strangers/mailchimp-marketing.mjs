import mailchimp from "@mailchimp/mailchimp_marketing";
import { cut, say } from "../built-in-hosts.mjs";

mailchimp.setConfig({ apiKey: "wrong-us1", server: "us1" });
const add = () => mailchimp.lists.addListMember("l1", { email_address: "b@example.com", status: "subscribed" });
const problem = (status, title, detail) => ({
  type: "https://mailchimp.com/developer/marketing/docs/errors/",
  title,
  status,
  detail,
  instance: "a2f0e2b8-3d1e-c2a5-0a2d-95e2b8b1f1b7",
});

export default {
  library: "mailchimp-marketing",
  packages: ["@mailchimp/mailchimp_marketing"],
  cases: [
    {
      id: "429.connections",
      provoked: "addListMember, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "more than ten simultaneous connections",
      run: () => {
        say(429, problem(429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."), {
          "content-type": "application/problem+json; charset=utf-8",
        });
        return add();
      },
    },
    {
      id: "400.member-exists",
      provoked: "addListMember, answered 400 Member Exists",
      how: "provoked",
      expected: "PERMANENT",
      because: "already exists",
      run: () => {
        say(
          400,
          problem(400, "Member Exists", "b@example.com is already a list member. Use PUT to insert or update list members."),
          { "content-type": "application/problem+json; charset=utf-8" },
        );
        return add();
      },
    },
    {
      id: "cut",
      provoked: "addListMember, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return add();
      },
    },
    {
      id: "401.key",
      provoked: "addListMember, answered 401 API Key Invalid",
      how: "provoked",
      expected: "AUTH",
      because: "the key is invalid",
      run: () => {
        say(
          401,
          problem(401, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter."),
          { "content-type": "application/problem+json; charset=utf-8" },
        );
        return add();
      },
    },
  ],
};
