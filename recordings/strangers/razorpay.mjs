import Razorpay from "razorpay";
import { refuse, say } from "../built-in-hosts.mjs";

const razorpay = new Razorpay({ key_id: "rzp_test_1", key_secret: "wrong" });
const order = () => razorpay.orders.create({ amount: 100, currency: "INR" });
const body = (code, description) => ({ error: { code, description, source: "NA", step: "NA", reason: "NA", metadata: {} } });

export default {
  library: "razorpay",
  packages: ["razorpay"],
  cases: [
    {
      id: "500",
      provoked: "orders.create, answered 500; a plain object is thrown",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        say(500, {
          error: {
            code: "SERVER_ERROR",
            description: "The server encountered an error. The incident has been reported to admins.",
            metadata: {},
          },
        });
        return order();
      },
    },
    {
      id: "400.in-progress",
      provoked: "payments.capture, answered 400: another operation is in progress",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another operation on this payment is being worked on",
      run: () => {
        say(400, body("BAD_REQUEST_ERROR", "Request failed because another payment operation is in progress"));
        return razorpay.payments.capture("pay_1", 100, "INR");
      },
    },
    {
      id: "401",
      provoked: "orders.create, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "authentication failed",
      run: () => {
        say(401, body("BAD_REQUEST_ERROR", "Authentication failed"));
        return order();
      },
    },
    {
      id: "refused",
      provoked: "orders.create where nobody listens; the SDK fails over the missing response",
      how: "provoked",
      expected: "UNKNOWN",
      because: "the SDK's own TypeError hides what happened",
      run: () => {
        refuse();
        return order();
      },
    },
  ],
};
