import Docker from "dockerode";
import { plainUrl, say } from "../built-in-hosts.mjs";

const { hostname: host, port } = new URL(plainUrl);
const docker = new Docker({ protocol: "http", host, port });

export default {
  library: "dockerode",
  packages: ["dockerode"],
  cases: [
    {
      id: "409.removal-in-progress",
      provoked: "container.remove, answered 409",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else is removing it just now",
      run: () => {
        say(409, { message: "removal of container 3f2b is already in progress" });
        return docker.getContainer("3f2b").remove();
      },
    },
    {
      id: "409.name-in-use",
      provoked: "createContainer, answered 409",
      how: "provoked",
      expected: "PERMANENT",
      because: "the name is taken",
      run: () => {
        say(409, {
          message:
            'Conflict. The container name "/web" is already in use by container "0b8d4c". You have to remove (or rename) that container to be able to reuse that name.',
        });
        return docker.createContainer({ name: "web", Image: "a" });
      },
    },
    {
      id: "500.toomanyrequests",
      provoked: "pull, answered 500 with the registry's toomanyrequests",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the registry limits pulls, Docker passes it on as its own 500",
      run: () => {
        say(500, {
          message:
            "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit",
        });
        return docker.pull("redis:7");
      },
    },
    {
      id: "no-daemon",
      provoked: "listContainers over a socket that is not there",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the daemon does not run; when it is up again the socket is back",
      run: () => new Docker({ socketPath: "/var/run/no-docker.sock" }).listContainers(),
    },
  ],
};
