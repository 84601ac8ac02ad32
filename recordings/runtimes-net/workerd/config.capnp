using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .mainWorker),
    (name = "old", worker = .oldWorker),
    (name = "kv", worker = (modules = .bindings, compatibilityDate = "2026-04-01", bindings = [(name = "KIND", text = "kv")])),
    (name = "r2", worker = (modules = .bindings, compatibilityDate = "2026-04-01", bindings = [(name = "KIND", text = "r2")])),
    (name = "d1", worker = (modules = .bindings, compatibilityDate = "2026-04-01", bindings = [(name = "KIND", text = "d1")])),
    (name = "queue", worker = (modules = .bindings, compatibilityDate = "2026-04-01", bindings = [(name = "KIND", text = "queue")])),
    (name = "queueDown", worker = (modules = .bindings, compatibilityDate = "2026-04-01", bindings = [(name = "KIND", text = "queueDown")])),
    (name = "internet", network = (allow = ["public", "private", "local"], tlsOptions = (trustBrowserCas = true))),
    (name = "disk", disk = (path = "@DISK@", writable = true)),
  ],
  sockets = [(name = "main", address = "127.0.0.1:@PORT@", http = (), service = "main")],
);

const cases :List(Workerd.Worker.Module) = [
  (name = "runtimes-net/workerd/worker.mjs", esModule = embed "worker.mjs"),
  (name = "to-fixture.mjs", esModule = embed "to-fixture.mjs"),
];

const bindings :List(Workerd.Worker.Module) = [(name = "bindings.mjs", esModule = embed "bindings.mjs")];

const mainWorker :Workerd.Worker = (
  modules = .cases,
  compatibilityDate = "2026-04-01",
  bindings = [
    (name = "OLD", service = "old"),
    (name = "KV", kvNamespace = "kv"),
    (name = "R2", r2Bucket = "r2"),
    (name = "QUEUE_DOWN", queue = "queueDown"),
    (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api", innerBindings = [(name = "fetcher", service = "d1")])),
    (name = "OBJECT", durableObjectNamespace = "Thrower"),
    (name = "REFUSED", text = "@REFUSED@"),
    (name = "HANGING", text = "@HANGING@"),
    (name = "TLS", text = "@TLS@"),
  ],
  durableObjectNamespaces = [(className = "Thrower", uniqueKey = "thrower", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  globalOutbound = "internet",
);

# Queues answered in other words before 2026.
const oldWorker :Workerd.Worker = (
  modules = .cases,
  compatibilityDate = "2025-01-01",
  bindings = [(name = "QUEUE", queue = "queue"), (name = "QUEUE_DOWN", queue = "queueDown")],
  durableObjectNamespaces = [(className = "Thrower", uniqueKey = "thrower", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
);
