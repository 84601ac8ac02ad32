import Spotify from "spotify-web-api-node";
import { cut, say } from "../built-in-hosts.mjs";

const api = new Spotify({ clientId: "a", clientSecret: "b", accessToken: "wrong", refreshToken: "old" });

export default {
  library: "spotify-web-api-node",
  packages: ["spotify-web-api-node"],
  cases: [
    {
      id: "429",
      provoked: "getMe, answered 429 with Retry-After: 8",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 8000,
      because: "rate limited",
      run: () => {
        say(429, { error: { status: 429, message: "API rate limit exceeded" } }, { "retry-after": "8" });
        return api.getMe();
      },
    },
    {
      id: "400.refresh-revoked",
      provoked: "refreshAccessToken, answered 400 invalid_grant",
      how: "provoked",
      expected: "AUTH",
      because: "the refresh token is revoked, the user must log in again",
      run: () => {
        say(400, { error: "invalid_grant", error_description: "Refresh token revoked" });
        return api.refreshAccessToken();
      },
    },
    {
      id: "403.premium",
      provoked: "play, answered 403 PREMIUM_REQUIRED",
      how: "provoked",
      expected: "PERMISSION",
      because: "the account may not do this",
      run: () => {
        say(403, { error: { status: 403, message: "Player command failed: Premium required", reason: "PREMIUM_REQUIRED" } });
        return api.play();
      },
    },
    {
      id: "cut",
      provoked: "getMe, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return api.getMe();
      },
    },
  ],
};
