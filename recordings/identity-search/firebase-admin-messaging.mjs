import http2 from "node:http2";
import admin from "firebase-admin";
import { refuse, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

// The SDK says ":scheme": "https:", which Google's servers take, but not Node's.
const { connect } = http2;
http2.connect = (...args) => {
  const session = connect(...args);
  const { request } = session;
  session.request = (headers, ...rest) => request.call(session, { ...headers, ":scheme": "https" }, ...rest);
  return session;
};

let count = 0;
const messaging = () =>
  admin
    .initializeApp(
      { credential: { getAccessToken: async () => ({ access_token: "not-a-token", expires_in: 3600 }) }, projectId: "demo-shop" },
      `app${++count}`,
    )
    .messaging();
const send = () => messaging().send({ token: "device-1", notification: { title: "Hello" } });
const fcm = (code, status, message, errorCode, more = []) => ({
  error: {
    code,
    message,
    status,
    details: [...(errorCode ? [{ "@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", errorCode }] : []), ...more],
  },
});

export default {
  library: "firebase-admin-messaging",
  packages: ["firebase-admin"],
  cases: [
    {
      id: "message-rate-exceeded",
      provoked: "send, answered 429 QUOTA_EXCEEDED",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many messages per minute for this project",
      run: async () => {
        say(
          429,
          fcm(
            429,
            "RESOURCE_EXHAUSTED",
            "Quota exceeded for quota metric 'FCM send requests' and limit 'FCM send requests per minute' of service 'fcm.googleapis.com' for consumer 'project_number:1'.",
            "QUOTA_EXCEEDED",
          ),
          { "retry-after": "60" },
        );
        return send();
      },
    },
    {
      id: "registration-token-not-registered",
      provoked: "send, answered 404 UNREGISTERED",
      how: "provoked",
      expected: "PERMANENT",
      because: "the app is gone from the device",
      run: async () => {
        say(404, fcm(404, "NOT_FOUND", "Requested entity was not found.", "UNREGISTERED"));
        return send();
      },
    },
    {
      id: "third-party-auth-error",
      provoked: "send, answered 401 THIRD_PARTY_AUTH_ERROR",
      how: "provoked",
      expected: "AUTH",
      because: "the key that was put in for APNs or web push is wrong",
      run: async () => {
        say(
          401,
          fcm(
            401,
            "UNAUTHENTICATED",
            "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
            "THIRD_PARTY_AUTH_ERROR",
            [
              {
                "@type": "type.googleapis.com/google.firebase.fcm.v1.ApnsError",
                statusCode: 403,
                reason: "InvalidProviderToken",
              },
            ],
          ),
        );
        return send();
      },
    },
    {
      id: "mismatched-credential",
      provoked: "send, answered 403 SENDER_ID_MISMATCH",
      how: "provoked",
      expected: "PERMISSION",
      because: "this sender may not write to that device",
      run: async () => {
        say(403, fcm(403, "PERMISSION_DENIED", "SenderId mismatch", "SENDER_ID_MISMATCH"));
        return send();
      },
    },
    {
      id: "server-unavailable",
      provoked: "send, answered 503 UNAVAILABLE until the SDK gives up",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is overloaded",
      run: async () => {
        say(503, fcm(503, "UNAVAILABLE", "The service is currently unavailable.", "UNAVAILABLE"), { "retry-after": "0" });
        return send();
      },
    },
    {
      id: "unknown-error.502-html",
      provoked: "send, answered 502 by a front end in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the message has the status of the answer",
      run: async () => {
        say(502, badGateway);
        return send();
      },
    },
    {
      id: "sendEach.internal",
      provoked: "sendEach, the error of one of its responses, answered 500 INTERNAL",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "an unknown error inside the service",
      run: async () => {
        say(500, fcm(500, "INTERNAL", "Internal error encountered.", "INTERNAL"));
        const { responses } = await messaging().sendEach([{ token: "device-1" }]);
        throw responses[0].error;
      },
    },
    {
      id: "sendEach.refused",
      provoked: "sendEach over HTTP/2, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => {
        refuse();
        const { responses } = await messaging().sendEach([{ token: "device-1" }]);
        throw responses[0].error;
      },
    },
  ],
};
