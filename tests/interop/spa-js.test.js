// @auth0/auth0-spa-js in Chromium: the page of a single-page app, its tokens and its session.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { App } from "./browser.js";
import { ada, api, app, backends, reportsApi, tenants } from "./world.js";

// Tokens for the API, which are good for `/userinfo` too.
const forApi = { authorizationParams: { audience: api, scope: "openid profile email read:calendar" } };

// The SDK answers from its cache unless told otherwise.
const fresh = { cacheMode: "off", detailedResponse: true };

const claims = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

describe("spa_js", { concurrency: 2 }, () => {
  for (const [scheme, tenant] of Object.entries(tenants)) {
    describe(`over ${scheme}`, { concurrency: 1 }, () => {
      let page;
      const open = async (options) => {
        page = await App.open(tenant, options);
      };
      afterEach(() => page?.close());

      test("logs in by redirect and calls an API with its token", async () => {
        await open(forApi);

        const { appState } = await page.logIn(ada, { appState: { target: "/calendar" } });

        assert.deepEqual(appState, { target: "/calendar" });
        const user = await page.call("getUser");
        assert.equal(user.name, ada.name);
        assert.equal(user.email, ada.email);
        const idToken = await page.call("getIdTokenClaims");
        assert.equal(idToken.iss, `${tenant}/`);
        const token = await page.call("getTokenSilently");
        assert.deepEqual(claims(token).aud, [api, `${tenant}/userinfo`]);
        const reply = await fetch(`${tenant}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
        assert.equal((await reply.json()).sub, user.sub);
      });

      test("logs in by pop-up", async () => {
        await open(forApi);

        await page.logInByPopup();

        assert.equal((await page.call("getUser")).email, ada.email);
        const [request] = page.asked("/authorize");
        assert.equal(request.query.response_mode, "web_message");
      });

      test("is told by the callback what was refused", async () => {
        await open({ authorizationParams: { audience: "https://nobody.example.com" } });

        await page.leaveForLogin();
        await page.comeBack();

        await assert.rejects(page.call("handleRedirectCallback"), { error: "access_denied" });
        assert.equal(await page.call("isAuthenticated"), false);
      });

      test("renews its token silently in an iframe", async () => {
        await open(forApi);
        await page.logIn();
        // Nothing is left in memory: only the tenant's session knows Ada.
        await page.load();
        page.forget();

        const answer = await page.call("getTokenSilently", fresh);

        const [request] = page.asked("/authorize");
        assert.equal(request.query.prompt, "none");
        assert.equal(request.query.response_mode, "web_message");
        assert.equal(claims(answer.access_token).sub, (await page.call("getUser")).sub);
        assert.deepEqual(page.asked("/u/login"), []);
      });

      test("is told in an iframe that nobody is logged in", async () => {
        await open(forApi);

        await assert.rejects(page.call("getTokenSilently", fresh), { error: "login_required" });
      });

      test("renews its token with refresh tokens that rotate", async () => {
        await open({ ...forApi, useRefreshTokens: true, cacheLocation: "localstorage" });
        await page.logIn();
        page.forget();

        await page.call("getTokenSilently", fresh);
        const answer = await page.call("getTokenSilently", fresh);

        assert.deepEqual(claims(answer.access_token).aud, [api, `${tenant}/userinfo`]);
        assert.deepEqual(page.asked("/authorize"), []);
        const used = page.asked("/oauth/token").map(({ form }) => form.refresh_token);
        assert.equal(used.length, 2);
        assert.notEqual(used[0], used[1]);
      });

      test("keeps its refresh token in a worker", async () => {
        await open({ ...forApi, useRefreshTokens: true });
        await page.logIn();
        await page.call("getTokenSilently", fresh);
        const answer = await page.call("getTokenSilently", fresh);

        assert.deepEqual(claims(answer.access_token).aud, [api, `${tenant}/userinfo`]);
        const [, first, second] = page.asked("/oauth/token").map(({ form }) => form.refresh_token);
        assert.ok(first && second && first !== second);
        // The page has heard of its access tokens, and of neither refresh token.
        const heard = await page.heard();
        assert.ok(heard.includes(answer.access_token));
        assert.equal(heard.includes(first), false);
        assert.equal(heard.includes(second), false);
      });

      test("renews a token for another API with the same refresh token", async () => {
        const scope = { default: "openid profile email", [api]: "read:calendar", [reportsApi]: "read:reports" };
        const multiResource = { useRefreshTokens: true, useMrrt: true, cacheLocation: "localstorage" };
        await open({ authorizationParams: { audience: api, scope }, ...multiResource });
        await page.logIn();
        page.forget();

        const authorizationParams = { audience: reportsApi };
        const answer = await page.call("getTokenSilently", { ...fresh, authorizationParams });

        assert.ok([claims(answer.access_token).aud].flat().includes(reportsApi));
        assert.ok(answer.scope.split(" ").includes("read:reports"));
        assert.deepEqual(page.asked("/authorize"), []);
      });

      test("loses all when a refresh token is used a second time", async () => {
        await open({ ...forApi, useRefreshTokens: true, cacheLocation: "localstorage" });
        await page.logIn();
        page.forget();
        await page.call("getTokenSilently", fresh);
        const [{ form: stolen }] = page.asked("/oauth/token");

        const reply = await fetch(`${tenant}/oauth/token`, { method: "POST", body: new URLSearchParams(stolen) });

        assert.equal(reply.status, 403);
        await assert.rejects(page.call("getTokenSilently", fresh), { error: "invalid_grant" });
      });

      test("revokes its refresh token", async () => {
        await open({ ...forApi, useRefreshTokens: true, cacheLocation: "localstorage" });
        await page.logIn();

        await page.call("revokeRefreshToken");

        const [{ status, form: revoked }] = page.asked("/oauth/revoke");
        assert.equal(status, 200);
        const form = { grant_type: "refresh_token", client_id: "spa", refresh_token: revoked.token };
        const reply = await fetch(`${tenant}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });
        assert.equal((await reply.json()).error, "invalid_grant");
      });

      test("binds its tokens to a key with DPoP", async () => {
        await open({ ...forApi, useDpop: true, useRefreshTokens: true, cacheLocation: "localstorage" });
        await page.logIn();

        const answer = await page.call("getTokenSilently", fresh);

        assert.equal(answer.token_type, "DPoP");
        assert.ok(claims(answer.access_token).cnf.jkt);
        assert.equal(page.asked("/authorize")[0].query.dpop_jkt, claims(answer.access_token).cnf.jkt);
        // The first request knew no nonce, was refused for it, and was made again with the one that came along.
        const statuses = page.asked("/oauth/token").map(({ status }) => status);
        assert.deepEqual(statuses, [400, 200, 200]);
      });

      test("calls its backend with proofs of its key", async () => {
        await open({ ...forApi, useDpop: true });
        await page.logIn();

        const { status, events } = await page.page.evaluate(
          async ([baseUrl, audience]) => {
            const fetcher = window.client.createFetcher({ dpopNonceId: "backend", baseUrl });
            const parameters = { audience, scope: ["openid", "profile", "email", "read:calendar"] };
            const reply = await fetcher.fetchWithAuth("/events?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", {}, parameters);
            return { status: reply.status, events: await reply.json() };
          },
          [backends[scheme], api],
        );

        assert.equal(status, 200, JSON.stringify(events));
        assert.ok(Array.isArray(events.events));
        assert.match(page.asked("/events").at(-1).headers.authorization, /^DPoP /);
      });

      test("reads who is logged in with proofs of its key", async () => {
        await open({ ...forApi, useDpop: true });
        await page.logIn();

        const userinfo = await page.page.evaluate(async (baseUrl) => {
          const fetcher = window.client.createFetcher({ dpopNonceId: "userinfo", baseUrl });
          const reply = await fetcher.fetchWithAuth("/userinfo");
          return reply.json();
        }, tenant);

        assert.equal(userinfo.email, ada.email);
        const { headers } = page.asked("/userinfo").at(-1);
        assert.match(headers.authorization, /^DPoP /);
        // The same token without a proof is worth nothing.
        const authorization = headers.authorization.replace("DPoP", "Bearer");
        const reply = await fetch(`${tenant}/userinfo`, { headers: { authorization } });
        assert.equal(reply.status, 401);
      });

      test("logs out of the app and of the tenant", async () => {
        await open(forApi);
        await page.logIn();

        await page.logOut();

        assert.equal(page.page.url(), `${app}/`);
        assert.equal(await page.call("isAuthenticated"), false);
        await assert.rejects(page.call("getTokenSilently", fresh), { error: "login_required" });
      });
    });
  }
});
