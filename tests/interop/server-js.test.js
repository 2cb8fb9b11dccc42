// @auth0/auth0-server-js: a web application with sessions, which buys the provider's tokens with its refresh token.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ServerClient } from "@auth0/auth0-server-js";
import { ada, api, app, domain } from "./world.js";
import { logIn } from "./visitor.js";

const PROVIDER_SCOPE = "https://www.googleapis.com/auth/calendar.events";

// What an application keeps between requests, here of one visitor.
class Memory {
  #entries = new Map();

  async set(key, value) {
    this.#entries.set(key, structuredClone(value));
  }

  async get(key) {
    return structuredClone(this.#entries.get(key));
  }

  async delete(key) {
    this.#entries.delete(key);
  }

  async deleteByLogoutToken() {
    this.#entries.clear();
  }

  // Forgets the provider's tokens, as their expiry would.
  forgetConnections() {
    for (const [key, state] of this.#entries) this.#entries.set(key, { ...state, connectionTokenSets: [] });
  }
}

describe("server_js", () => {
  const visit = async () => {
    const sessions = new Memory();
    const client = new ServerClient({
      domain,
      clientId: "web-app",
      clientSecret: "web-app-secret",
      authorizationParams: {
        redirect_uri: `${app}/callback`,
        audience: api,
        scope: "openid profile email offline_access read:calendar",
      },
      transactionStore: new Memory(),
      stateStore: sessions,
    });
    const callback = await logIn(await client.startInteractiveLogin(), ada);
    await client.completeInteractiveLogin(callback);
    return { client, sessions };
  };

  let session;
  before(async () => {
    session = await visit();
  });

  test("logs in and knows who it is", async () => {
    const user = await session.client.getUser();

    assert.equal(user.email, ada.email);
  });

  test("gets the provider's token with the refresh token of the session", async () => {
    const exchanged = await session.client.getAccessTokenForConnection({ connection: "google-oauth2" });

    assert.ok(exchanged.accessToken);
    assert.ok(exchanged.scope.split(" ").includes(PROVIDER_SCOPE), exchanged.scope);
    assert.ok(exchanged.expiresAt > Date.now() / 1000);
  });

  test("uses the same refresh token for that again and for its own tokens", async () => {
    const { accessToken } = await session.client.getAccessToken();

    session.sessions.forgetConnections();
    const exchanged = await session.client.getAccessTokenForConnection({ connection: "google-oauth2" });

    assert.ok(accessToken && exchanged.accessToken);
    assert.notEqual(exchanged.accessToken, accessToken);
  });

  test("is told that the person has no such account", async () => {
    const { client } = await visit();

    const refused = client.getAccessTokenForConnection({
      connection: "google-oauth2",
      loginHint: "nobody@example.com",
    });

    await assert.rejects(refused, ({ cause }) => cause.error === "user_not_found");
  });
});
