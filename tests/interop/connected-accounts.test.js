// @auth0/auth0-spa-js in Chromium: connecting an account at the provider, with `connectAccountWithRedirect`.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { App } from "./browser.js";
import { api, grace, tenants } from "./world.js";

const EVENTS = "https://www.googleapis.com/auth/calendar.events";
const READONLY = `${EVENTS}.readonly`;

// As Auth0's guide has it: one refresh token, good for the My Account API too.
const multiResource = {
  authorizationParams: { audience: api, scope: { default: "openid profile email", [api]: "read:calendar" } },
  useRefreshTokens: true,
  useMrrt: true,
  cacheLocation: "localstorage",
};

const google = { connection: "google-oauth2", appState: { target: "/calendar" } };

describe("connected_accounts", { concurrency: 2 }, () => {
  for (const [scheme, tenant] of Object.entries(tenants)) {
    describe(`over ${scheme}`, { concurrency: 1 }, () => {
      let page;
      const logIn = async (options) => {
        page = await App.open(tenant, { ...multiResource, ...options });
        await page.logIn(grace);
      };
      afterEach(() => page?.close());

      // The accounts of who is logged in, asked for as an app would that has no call of the SDK for it.
      const accounts = () =>
        page.page.evaluate(async (tenant) => {
          const scope = "read:me:connected_accounts";
          const authorizationParams = { audience: `${tenant}/me/`, scope };
          const token = await window.client.getTokenSilently({ authorizationParams });
          const headers = { authorization: `Bearer ${token}` };
          const reply = await fetch(`${tenant}/me/v1/connected-accounts/accounts`, { headers });
          return (await reply.json()).accounts;
        }, tenant);

      test("connects an account by redirect", async () => {
        await logIn();

        const consent = await page.connectAccount(grace, "Accept", google);
        const connected = await page.call("handleRedirectCallback");

        assert.ok(consent.includes(EVENTS), consent);
        assert.equal(connected.response_type, "connect_code");
        assert.deepEqual(connected.appState, google.appState);
        assert.match(connected.id, /^cac_[A-Za-z0-9]+$/);
        assert.equal(connected.connection, "google-oauth2");
        assert.equal(connected.access_type, "offline");
        assert.ok(connected.scopes.includes(EVENTS), connected.scopes.join(" "));
        assert.ok((await accounts()).some(({ id }) => id === connected.id));
        // The token for it came by the refresh token: nobody was asked to log in again.
        assert.equal(page.asked("/authorize").length, 1);
      });

      test("connects an account with the scopes that the app chose", async () => {
        await logIn();

        const authorization_params = { login_hint: grace.email };
        const chosen = { ...google, scopes: [READONLY], authorization_params };
        const consent = await page.connectAccount(grace, "Accept", chosen);
        const connected = await page.call("handleRedirectCallback");

        assert.ok(consent.includes(READONLY), consent);
        assert.ok(connected.scopes.includes(READONLY), connected.scopes.join(" "));
        assert.equal(page.asked("/o/oauth2/v2/auth")[0].query.login_hint, grace.email);
      });

      test("is told that the person said no", async () => {
        await logIn();

        await page.connectAccount(grace, "Deny", google);

        const refused = page.call("handleRedirectCallback");
        await assert.rejects(refused, { error: "access_denied", connection: "google-oauth2" });
      });

      test("is told in the words of the API why it cannot connect", async () => {
        await logIn();

        const refused = page.call("connectAccountWithRedirect", { connection: "nowhere" });

        await assert.rejects(refused, ({ name, status, type }) =>
          name === "MyAccountApiError" && status === 400 && type.endsWith("A0E-400-0001"));
        const invalid = page.call("connectAccountWithRedirect", { ...google, scopes: [] });
        await assert.rejects(invalid, ({ validation_errors: [{ pointer }] }) => pointer === "/scopes");
      });

      test("connects an account with proofs of its key", async () => {
        await logIn({ useDpop: true });

        await page.connectAccount(grace, "Accept", google);
        const connected = await page.call("handleRedirectCallback");

        assert.match(connected.id, /^cac_/);
        const [first, second] = page.asked("/me/v1/connected-accounts/connect");
        assert.match(first.headers.authorization, /^DPoP /);
        // The first proof knew no nonce; the SDK tried again with the one that came along.
        assert.deepEqual([first.status, second.status], [401, 201]);
        const completions = page.asked("/me/v1/connected-accounts/complete");
        assert.equal(completions.at(-1).status, 201);
      });
    });
  }
});
