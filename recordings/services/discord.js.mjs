import { Client, DiscordjsError, DiscordjsErrorCodes, GatewayIntentBits } from "discord.js";
import { WebSocketServer } from "ws";
import { httpServer } from "../servers.mjs";

const client = (api) => new Client({ intents: [GatewayIntentBits.Guilds], rest: { api: `${api}/api`, retries: 0 } });
const login = async (status, body, headers = {}) => {
  const { url } = await httpServer((_request, response) => {
    response.writeHead(status, { "content-type": "application/json", via: "1.1 google", ...headers });
    response.end(JSON.stringify(body));
  });
  const bot = client(url);
  try {
    return await bot.login("MTIzNDU2Nzg5MDEyMzQ1Njc4.not.a-token");
  } finally {
    void bot.destroy().catch(() => {});
  }
};

/** A gateway that closes with a code when the bot has said who it is. */
async function gateway(code) {
  const { server, port } = await httpServer(() => {});
  new WebSocketServer({ server }).on("connection", (socket) => {
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41250 }, s: null, t: null }));
    socket.on("message", () => socket.close(code, "Disallowed intent(s)."));
  });
  return {
    url: `ws://127.0.0.1:${port}`,
    shards: 1,
    session_start_limit: { total: 1000, remaining: 999, reset_after: 3_600_000, max_concurrency: 1 },
  };
}

export default {
  library: "discord.js",
  packages: ["discord.js", "@discordjs/ws", "@discordjs/rest"],
  cases: [
    {
      id: "login.token-invalid",
      provoked: "login, whose /gateway/bot is answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the bot's token is wrong or was reset",
      run: () => login(401, { message: "401: Unauthorized", code: 0 }),
    },
    {
      id: "login.disallowed-intents",
      provoked: "login with intents that are not switched on for the bot: the gateway closes with 4014",
      how: "provoked",
      expected: "PERMISSION",
      because: "the bot is known but may not use these intents",
      run: async () => login(200, await gateway(4014)),
    },
    {
      id: "login.no-sessions-left",
      provoked: "login, when no session starts are left for today",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many sessions were started; the instant of the reset depends on when it is read",
      run: async () =>
        login(200, {
          ...(await gateway(4000)),
          session_start_limit: { total: 1000, remaining: 0, reset_after: 0, max_concurrency: 1 },
        }),
    },
    {
      id: "login.503",
      provoked: "login, whose /gateway/bot is answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service is not available for now",
      run: () => login(503, { message: "service unavailable", code: 0 }),
    },
    {
      id: "members.timeout",
      provoked: "guild.members.fetch, whose members did not arrive in time",
      how: "constructed",
      expected: "TRANSIENT",
      timeout: true,
      because: "this client gave up waiting for what the gateway sends; it takes a gateway to provoke",
      run: async () => {
        throw new DiscordjsError(DiscordjsErrorCodes.GuildMembersTimeout);
      },
    },
    {
      id: "interaction.already-replied",
      provoked: "interaction.reply, a second time",
      how: "constructed",
      expected: "PERMANENT",
      because: "an interaction can be replied to once; it takes a gateway to provoke",
      run: async () => {
        throw new DiscordjsError(DiscordjsErrorCodes.InteractionAlreadyReplied);
      },
    },
  ],
};
