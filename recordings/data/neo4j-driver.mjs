import neo4j from "neo4j-driver";
import { answering, refusing } from "../servers.mjs";
import { COMMIT, failed, LOGON, ROUTE, RUN, server } from "./servers/bolt.mjs";

const open = [];
const driver = (port, options = {}, scheme = "bolt") => {
  const made = neo4j.driver(`${scheme}://127.0.0.1:${port}`, neo4j.auth.basic("app", "test"), {
    maxTransactionRetryTime: 0,
    telemetryDisabled: true,
    ...options,
  });
  open.push(made);
  return made;
};
const at = (wanted, said) => server((tag) => (tag === wanted ? said : undefined));
const run = async (said, options) =>
  driver(await at(RUN, said), options)
    .session()
    .run("MATCH (n) RETURN n");
const portOf = (url) => new URL(url).port;

export default {
  library: "neo4j-driver",
  packages: ["neo4j-driver"],
  close: () => Promise.all(open.map((one) => one.close().catch(() => {}))),
  cases: [
    {
      id: "deadlock",
      provoked: "run, answered with Neo.TransientError.Transaction.DeadlockDetected",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction holds what this one needs, and waits for it",
      run: () =>
        run(
          failed(
            "Neo.TransientError.Transaction.DeadlockDetected",
            "ForsetiClient[transactionId=6698, clientId=1] can't acquire ExclusiveLock{owner=ForsetiClient[transactionId=6697, clientId=3]} on NODE(27), because holders of that lock are waiting for ForsetiClient[transactionId=6698, clientId=1].",
            "50N05",
            "error: general processing exception - deadlock detected. Deadlock detected while trying to acquire locks. See log for more details.",
          ),
        ),
    },
    {
      id: "database-unavailable",
      provoked: "run, answered with Neo.TransientError.General.DatabaseUnavailable",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the database is starting or stopping and may be there soon",
      run: () =>
        run(
          failed(
            "Neo.TransientError.General.DatabaseUnavailable",
            "The database is not currently available to serve your request, refer to the database logs for more details. Retrying your request at a later time may succeed.",
            "08N09",
            "error: connection exception - database unavailable. The database 'neo4j' is currently unavailable.",
          ),
        ),
    },
    {
      id: "login.rate-limit",
      provoked: "verifyConnectivity, the login answered with Neo.ClientError.Security.AuthenticationRateLimit",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many wrong logins in a row: the server wants a pause before the next",
      run: async () =>
        driver(
          await at(
            LOGON,
            failed(
              "Neo.ClientError.Security.AuthenticationRateLimit",
              "The client has provided incorrect authentication details too many times in a row.",
              "42NFE",
              "error: syntax error or access rule violation - credentials rate limit.",
            ),
          ),
        ).verifyConnectivity(),
    },
    {
      id: "constraint.with-cause",
      provoked: "run, answered with Neo.ClientError.Schema.ConstraintValidationFailed that has a cause of its own",
      how: "provoked",
      expected: "PERMANENT",
      because: "a node with this property is there already",
      run: () =>
        run(
          failed(
            "Neo.ClientError.Schema.ConstraintValidationFailed",
            "Node(12) already exists with label `User` and property `email` = 'a@example.com'",
            "22N41",
            "error: data exception - constraint violation.",
            {
              cause: {
                message: "22N80: Property uniqueness constraint violated.",
                gql_status: "22N80",
                description: "error: data exception - index entry conflict.",
                diagnostic_record: { _classification: "CLIENT_ERROR" },
              },
            },
          ),
        ),
    },
    {
      id: "connection.cut",
      provoked: "run, the server closes the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed before there was an answer",
      run: () => run("cut"),
    },
    {
      id: "pool.acquisition-timeout",
      provoked: "run with a pool of one connection that is in use, connectionAcquisitionTimeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for a connection of its own pool",
      run: async () => {
        const one = driver(await at(RUN, "nothing"), {
          maxConnectionPoolSize: 1,
          connectionAcquisitionTimeout: 200,
          connectionTimeout: 100,
        });
        one
          .session()
          .run("RETURN 1")
          .catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 50));
        await one.session().run("RETURN 2");
      },
    },
    {
      id: "lock-timeout.executeWrite",
      provoked: "executeWrite, answered with Neo.TransientError.Transaction.LockAcquisitionTimeout",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction held the lock for too long",
      run: async () =>
        driver(
          await at(
            RUN,
            failed(
              "Neo.TransientError.Transaction.LockAcquisitionTimeout",
              "The transaction has been terminated. Retry your operation in a new transaction, and you should see a successful result. Unable to acquire lock within configured timeout (dbms.lock.acquisition.timeout). Unable to acquire lock for resource: NODE with id: 27 within 5000 millis.",
              "51N42",
              "error: system configuration or operation exception - lock acquisition timeout. Unable to acquire lock within configured timeout.",
            ),
          ),
        )
          .session()
          .executeWrite((transaction) => transaction.run("CREATE (n)")),
    },
    {
      id: "transaction-timeout",
      provoked: "commit, answered with Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because:
        "the server gave the transaction up after the time that the client had set; under less load it may be done in time",
      run: async () => {
        const transaction = await driver(
          await at(
            COMMIT,
            failed(
              "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
              "The transaction has not completed within the timeout specified at its start by the client. You may want to retry with a longer timeout.",
              "25N14",
              "error: invalid transaction state - transaction terminated with reason. The transaction has been terminated because it ran longer than its timeout.",
            ),
          ),
        )
          .session()
          .beginTransaction();
        await transaction.run("CREATE (n)");
        await transaction.commit();
      },
    },
    {
      id: "not-a-leader",
      provoked: "run of a write on a follower, answered with Neo.ClientError.Cluster.NotALeader",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the leader has moved to another server, which the next attempt may find",
      run: () =>
        run(
          failed(
            "Neo.ClientError.Cluster.NotALeader",
            "No write operations are allowed directly on this database. Connect to the leader directly or use the neo4j:// scheme.",
            "08N07",
            "error: connection exception - not the leader. This member is not the leader.",
          ),
        ),
    },
    {
      id: "out-of-memory-pool",
      provoked: "run, answered with Neo.TransientError.General.MemoryPoolOutOfMemoryError",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the memory that all transactions share is used up on the server",
      run: () =>
        run(
          failed(
            "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
            "The allocation of an extra 2.0 MiB would use more than the limit 716.8 MiB. Currently using 715.1 MiB. dbms.memory.transaction.total.max threshold reached",
            "51N65",
            "error: system configuration or operation exception - memory pool out of memory.",
          ),
        ),
    },
    {
      id: "login.unauthorized",
      provoked: "verifyConnectivity, the login answered with Neo.ClientError.Security.Unauthorized",
      how: "provoked",
      expected: "AUTH",
      because: "the user or the password is wrong",
      run: async () =>
        driver(
          await at(
            LOGON,
            failed(
              "Neo.ClientError.Security.Unauthorized",
              "The client is unauthorized due to authentication failure.",
              "42NFF",
              "error: syntax error or access rule violation - permission/access denied. Access denied, see the security logs for details.",
            ),
          ),
        ).verifyConnectivity(),
    },
    {
      id: "forbidden",
      provoked: "run, answered with Neo.ClientError.Security.Forbidden",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user is known but may not create nodes",
      run: () =>
        run(
          failed(
            "Neo.ClientError.Security.Forbidden",
            "Create node with labels 'Event' on database 'neo4j' is not allowed for user 'app' with roles [PUBLIC, reader].",
            "42NFF",
            "error: syntax error or access rule violation - permission/access denied. Access denied, see the security logs for details.",
          ),
        ),
    },
    {
      id: "connection.refused",
      provoked: "run, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () =>
        driver(portOf(await refusing()))
          .session()
          .run("RETURN 1"),
    },
    {
      id: "routing.none",
      provoked: "run with neo4j://, the only router answers ROUTE with a failure",
      how: "provoked",
      expected: "TRANSIENT",
      because: "no router could say where the database is at the moment",
      run: async () =>
        driver(
          await at(
            ROUTE,
            failed(
              "Neo.TransientError.General.DatabaseUnavailable",
              "Database 'neo4j' is unavailable.",
              "08N09",
              "error: connection exception - database unavailable. The database 'neo4j' is currently unavailable.",
            ),
          ),
          {},
          "neo4j",
        )
          .session()
          .run("RETURN 1"),
    },
    {
      id: "http-port",
      provoked: "run against the HTTP port",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address is that of an HTTP server, which will never speak Bolt",
      run: async () =>
        driver(portOf(await answering(400, "Bad Request")))
          .session()
          .run("RETURN 1"),
    },
    {
      id: "driver.closed",
      provoked: "run after the driver's close",
      how: "provoked",
      expected: "PERMANENT",
      because: "this driver was closed and takes no more queries",
      run: async () => {
        const one = driver(await server());
        await one.verifyConnectivity();
        await one.close();
        await one.session().run("RETURN 1");
      },
    },
  ],
};
