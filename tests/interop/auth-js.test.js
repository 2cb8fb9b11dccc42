// @auth0/auth0-auth-js: a web app with a secret, and the guide's exchange by the backend of an API. Over HTTPS alone.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { before, describe, test } from "node:test";
import { AuthClient } from "@auth0/auth0-auth-js";
import { ada, api, app, domain, privateKey, tenants } from "./world.js";
import { logIn } from "./visitor.js";

const PROVIDER_SCOPE = "https://www.googleapis.com/auth/calendar.events";

describe("auth_js", () => {
  const authorizationParams = {
    redirect_uri: `${app}/callback`,
    audience: api,
    scope: "openid profile email offline_access read:calendar",
  };
  const webApp = new AuthClient({
    domain,
    clientId: "web-app",
    clientSecret: "web-app-secret",
    authorizationParams,
  });
  const backend = new AuthClient({
    domain,
    clientId: "calendar-api-client",
    clientSecret: "calendar-api-secret",
  });

  const logInByCode = async (client = webApp) => {
    const { authorizationUrl, codeVerifier } = await client.buildAuthorizationUrl();
    const callback = await logIn(authorizationUrl, ada);
    assert.equal(callback.origin, app);
    return { callback, codeVerifier };
  };

  let tokens;
  before(async () => {
    const { callback, codeVerifier } = await logInByCode();
    tokens = await webApp.getTokenByCode(callback, { codeVerifier });
  });

  test("logs in by code with a secret and PKCE", () => {
    assert.equal(tokens.claims.iss, `${tenants.https}/`);
    assert.equal(tokens.claims.aud, "web-app");
    assert.equal(tokens.claims.email, ada.email);
    assert.ok(tokens.accessToken && tokens.refreshToken);
    assert.ok(tokens.expiresAt > Date.now() / 1000);
    assert.deepEqual(tokens.scope.split(" ").sort(), ["email", "offline_access", "openid", "profile", "read:calendar"]);
  });

  test("logs in by a request that it pushed ahead", async () => {
    const { authorizationUrl, codeVerifier } = await webApp.buildAuthorizationUrl({ pushedAuthorizationRequests: true });
    assert.deepEqual([...authorizationUrl.searchParams.keys()].sort(), ["client_id", "request_uri"]);
    const callback = await logIn(authorizationUrl, ada);

    const { claims } = await webApp.getTokenByCode(callback, { codeVerifier });

    assert.equal(claims.email, ada.email);
  });

  test("gets nothing for a code without its verifier", async () => {
    const { callback } = await logInByCode();

    const refused = webApp.getTokenByCode(callback, { codeVerifier: "x".repeat(43) });

    await assert.rejects(refused, ({ cause }) => cause.error === "invalid_grant");
  });

  test("gets nothing with a wrong secret", async () => {
    const stranger = new AuthClient({ domain, clientId: "web-app", clientSecret: "guessed" });

    const refused = stranger.getTokenByRefreshToken({ refreshToken: tokens.refreshToken });

    await assert.rejects(refused, ({ cause }) => cause.error === "access_denied");
  });

  test("renews its tokens with the refresh token", async () => {
    const renewed = await webApp.getTokenByRefreshToken({ refreshToken: tokens.refreshToken });

    assert.notEqual(renewed.accessToken, tokens.accessToken);
    assert.equal(renewed.claims.sub, tokens.claims.sub);
    assert.equal(renewed.claims.nonce, undefined);
  });

  test("reads who is logged in", async () => {
    const user = await webApp.getUserInfo({ accessToken: tokens.accessToken });

    assert.equal(user.sub, tokens.claims.sub);
    assert.equal(user.email, ada.email);
  });

  test("exchanges the access token for the provider's", async () => {
    const exchanged = await backend.exchangeToken({
      connection: "google-oauth2",
      subjectToken: tokens.accessToken,
      subjectTokenType: "urn:ietf:params:oauth:token-type:access_token",
    });

    assert.ok(exchanged.accessToken);
    assert.notEqual(exchanged.accessToken, tokens.accessToken);
    assert.ok(exchanged.scope.split(" ").includes(PROVIDER_SCOPE), exchanged.scope);
    assert.equal(exchanged.issuedTokenType, "http://auth0.com/oauth/token-type/federated-connection-access-token");
  });

  test("exchanges it by the shorter name too", async () => {
    const exchanged = await backend.getTokenForConnection({
      connection: "google-oauth2",
      accessToken: tokens.accessToken,
    });

    assert.ok(exchanged.accessToken);
  });

  test("exchanges the refresh token for the provider's, and goes on using it", async () => {
    const exchanged = await webApp.exchangeToken({
      connection: "google-oauth2",
      subjectToken: tokens.refreshToken,
      subjectTokenType: "urn:ietf:params:oauth:token-type:refresh_token",
    });
    const again = await webApp.getTokenForConnection({
      connection: "google-oauth2",
      refreshToken: tokens.refreshToken,
    });
    const renewed = await webApp.getTokenByRefreshToken({ refreshToken: tokens.refreshToken });

    assert.ok(exchanged.scope.split(" ").includes(PROVIDER_SCOPE), exchanged.scope);
    assert.equal(exchanged.issuedTokenType, "http://auth0.com/oauth/token-type/federated-connection-access-token");
    assert.ok(again.accessToken && renewed.accessToken);
  });

  test("exchanges no refresh token that it was not given", async () => {
    const refused = webApp.getTokenForConnection({ connection: "google-oauth2", refreshToken: "v1.made-up" });

    await assert.rejects(refused, ({ code, cause }) =>
      code === "token_for_connection_error" && cause.error === "invalid_grant");
  });

  test("exchanges nothing in the name of another client", async () => {
    const refused = webApp.getTokenForConnection({
      connection: "google-oauth2",
      accessToken: tokens.accessToken,
    });

    await assert.rejects(refused, ({ code, cause }) =>
      code === "token_for_connection_error" && cause.error === "unauthorized_client");
  });

  test("exchanges nothing for a connection without an account", async () => {
    const refused = backend.getTokenForConnection({
      connection: "nobodys-connection",
      accessToken: tokens.accessToken,
    });

    await assert.rejects(refused, ({ cause }) => typeof cause.error === "string");
  });

  test("revokes its refresh token", async () => {
    const { callback, codeVerifier } = await logInByCode();
    const { refreshToken } = await webApp.getTokenByCode(callback, { codeVerifier });

    await webApp.revokeToken({ token: refreshToken });

    const refused = webApp.getTokenByRefreshToken({ refreshToken });
    await assert.rejects(refused, ({ cause }) => cause.error === "invalid_grant");
  });

  test("logs in with a key instead of a secret", async () => {
    const clientId = "keyed-app";
    const keyedApp = new AuthClient({ domain, clientId, clientAssertionSigningKey: privateKey, authorizationParams });
    const { callback, codeVerifier } = await logInByCode(keyedApp);

    const { claims } = await keyedApp.getTokenByCode(callback, { codeVerifier });

    assert.equal(claims.aud, clientId);
  });

  test("gets nothing with another's key", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const clientAssertionSigningKey = privateKey.export({ type: "pkcs8", format: "pem" });
    const stranger = new AuthClient({ domain, clientId: "keyed-app", clientAssertionSigningKey, authorizationParams });
    const { callback, codeVerifier } = await logInByCode(stranger);

    const refused = stranger.getTokenByCode(callback, { codeVerifier });

    await assert.rejects(refused, ({ cause }) => cause.error === "invalid_client");
  });

  test("finds where to log out", async () => {
    const url = await webApp.buildLogoutUrl({ returnTo: `${app}/` });

    const reply = await fetch(url, { redirect: "manual" });

    assert.equal(reply.status, 302);
    assert.equal(reply.headers.get("location"), `${app}/`);
  });
});
