import * as k8s from "@kubernetes/client-node";
import { refuse, say } from "../built-in-hosts.mjs";

const config = new k8s.KubeConfig();
config.loadFromOptions({
  clusters: [{ name: "c", server: "https://k8s.example.com", skipTLSVerify: true }],
  users: [{ name: "u", token: "wrong" }],
  contexts: [{ name: "x", cluster: "c", user: "u" }],
  currentContext: "x",
});
const apps = config.makeApiClient(k8s.AppsV1Api);
const put = () => apps.replaceNamespacedDeployment({ name: "web", namespace: "default", body: { metadata: { name: "web" } } });
const status = (code, reason, message, details) => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  reason,
  details,
  code,
});

export default {
  library: "kubernetes-client",
  packages: ["@kubernetes/client-node"],
  cases: [
    {
      id: "409.conflict",
      provoked: "replaceNamespacedDeployment, answered 409 Conflict",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the object was changed since it was read",
      run: () => {
        say(
          409,
          status(
            409,
            "Conflict",
            'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
            { name: "web", group: "apps", kind: "deployments" },
          ),
        );
        return put();
      },
    },
    {
      id: "409.already-exists",
      provoked: "createNamespacedDeployment, answered 409 AlreadyExists",
      how: "provoked",
      expected: "PERMANENT",
      because: "already exists",
      run: () => {
        say(
          409,
          status(409, "AlreadyExists", 'deployments.apps "web" already exists', {
            name: "web",
            group: "apps",
            kind: "deployments",
          }),
        );
        return apps.createNamespacedDeployment({ namespace: "default", body: { metadata: { name: "web" } } });
      },
    },
    {
      id: "429.too-many",
      provoked: "replaceNamespacedDeployment, answered 429 with Retry-After: 1",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 1000,
      because: "priority and fairness of the API server",
      run: () => {
        say(429, status(429, "TooManyRequests", "Too many requests, please try again later.", { retryAfterSeconds: 1 }), {
          "retry-after": "1",
        });
        return put();
      },
    },
    {
      id: "500.etcd-leader",
      provoked: "replaceNamespacedDeployment, answered 500: etcdserver: leader changed",
      how: "provoked",
      expected: "TRANSIENT",
      because: "its store elects a leader",
      run: () => {
        say(
          500,
          status(500, "InternalError", "Internal error occurred: etcdserver: leader changed", {
            causes: [{ message: "etcdserver: leader changed" }],
          }),
        );
        return put();
      },
    },
    {
      id: "refused",
      provoked: "replaceNamespacedDeployment where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return put();
      },
    },
  ],
};
