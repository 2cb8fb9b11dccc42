// auth0 (node-auth0): its Management client, against applications and APIs. Over HTTPS alone.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ManagementClient } from "auth0";
import { api, domain, privateKey, tenants } from "./world.js";

describe("management", () => {
  const connect = (options = {}) =>
    new ManagementClient({ domain, clientId: "management", clientSecret: "management-secret", ...options });
  const management = connect();

  // All items of a list, page by page.
  const all = async (pages) => {
    const items = [];
    for await (const item of await pages) items.push(item);
    return items;
  };

  const refused = (call, statusCode, errorCode) =>
    assert.rejects(call, (error) => error.statusCode === statusCode && error.body.errorCode === errorCode);

  test("creates, reads, updates and deletes a client", async () => {
    const created = await management.clients.create({
      name: "Reports",
      app_type: "regular_web",
      callbacks: ["https://reports.example.com/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      oidc_conformant: true,
    });
    assert.equal(created.client_id.length, 32);
    assert.ok(created.client_secret);
    assert.equal(created.token_endpoint_auth_method, "client_secret_post");

    const read = await management.clients.get(created.client_id);
    assert.deepEqual(read.callbacks, ["https://reports.example.com/callback"]);

    const updated = await management.clients.update(created.client_id, { grant_types: ["authorization_code"] });
    assert.deepEqual(updated.grant_types, ["authorization_code"]);
    assert.equal(updated.name, "Reports");

    await management.clients.delete(created.client_id);
    await refused(management.clients.get(created.client_id), 404, "inexistent_client");
    // The SDK does not mind that it is gone already.
    await management.clients.delete(created.client_id);
  });

  test("creates, reads, updates and deletes a resource server", async () => {
    const identifier = "https://new-api.example.com";
    const created = await management.resourceServers.create({
      name: "New API",
      identifier,
      scopes: [{ value: "read:reports", description: "Read reports" }],
    });
    assert.equal(created.id.length, 24);
    assert.equal(created.signing_alg, "RS256");

    const read = await management.resourceServers.get(created.id);
    assert.deepEqual(read.scopes, [{ value: "read:reports", description: "Read reports" }]);

    const updated = await management.resourceServers.update(created.id, { token_lifetime: 3600, token_lifetime_for_web: 600 });
    assert.equal(updated.token_lifetime, 3600);
    await refused(management.resourceServers.create({ identifier }), 409, "resource_server_conflict");

    await management.resourceServers.delete(created.id);
    await refused(management.resourceServers.get(created.id), 404, "inexistent_resource_server");
    await management.resourceServers.delete(created.id);
  });

  test("knows a resource server by its identifier too", async () => {
    const read = await management.resourceServers.get(api);

    assert.equal(read.identifier, api);
    assert.equal(read.client_id, "calendar-api-client");
  });

  test("lists clients page by page", async () => {
    const clients = await all(management.clients.list({ per_page: 1 }));

    const ids = clients.map((client) => client.client_id);
    for (const id of ["spa", "web-app", "calendar-api-client", "management"]) assert.ok(ids.includes(id), id);
    assert.equal(new Set(ids).size, ids.length);
    const { response } = await management.clients.list();
    assert.equal(response.start, 0);
    assert.equal(response.total, ids.length);
  });

  test("lists resource servers page by page", async () => {
    const servers = await all(management.resourceServers.list({ per_page: 1 }));

    const identifiers = servers.map((server) => server.identifier);
    assert.ok(identifiers.includes(api));
    assert.ok(identifiers.includes(`${tenants.https}/api/v2/`));
  });

  test("lists from checkpoint to checkpoint", async () => {
    // The SDK has no words of its own for it, but hands on what it is given.
    const page = (query) => management.clients.list({}, { queryParams: query }).then(({ response }) => response);

    const first = await page({ take: 1 });
    const second = await page({ take: 1, from: first.next });

    assert.equal(first.clients.length, 1);
    assert.notEqual(first.clients[0].client_id, second.clients[0].client_id);
  });

  test("is told what is wrong with a client", async () => {
    await refused(management.clients.create({ name: "" }), 400, "invalid_body");
    await refused(management.clients.create({ name: "Reports", magic: true }), 400, "invalid_body");
    await refused(management.clients.update("spa", {}), 400, "invalid_body");
  });

  test("follows the guide", async () => {
    const identifier = "https://guide.example.com";
    const server = await management.resourceServers.create({ name: "Guide", identifier });
    const client = await management.clients.create({
      name: "Guide's Custom API Client",
      app_type: "resource_server",
      resource_server_identifier: identifier,
      grant_types: ["urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"],
    });
    assert.equal((await management.resourceServers.get(server.id)).client_id, client.client_id);

    // An API outlives no client of its own: the client goes first.
    await refused(management.resourceServers.delete(server.id), 409, "resource_server_conflict");
    await management.clients.delete(client.client_id);
    await management.resourceServers.delete(server.id);
  });

  test("rotates a secret", async () => {
    const { client_id, client_secret } = await management.clients.create({
      name: "Rotated",
      app_type: "non_interactive",
    });

    const rotated = await management.clients.rotateSecret(client_id);

    assert.equal(rotated.client_id, client_id);
    assert.notEqual(rotated.client_secret, client_secret);
    await management.clients.delete(client_id);
  });

  test("proves itself by a key instead of a secret", async () => {
    const keyed = new ManagementClient({ domain, clientId: "keyed-app", clientAssertionSigningKey: privateKey });

    const self = await keyed.clients.get("keyed-app");

    assert.equal(self.client_id, "keyed-app");
    await refused(keyed.clients.create({ name: "Reports" }), 403, "insufficient_scope");
  });

  test("gets no token with a wrong secret", async () => {
    const stranger = connect({ clientSecret: "guessed" });

    await assert.rejects(stranger.clients.list(), ({ statusCode }) => statusCode === 401);
  });

  test("gets no answer with a token of nobody", async () => {
    const stranger = new ManagementClient({ domain, token: "nonsense" });

    await assert.rejects(stranger.clients.list(), ({ statusCode }) => statusCode === 401);
  });
});
