// auth0-deploy-cli (a0deploy): what it exports it imports, and exports again as it was. Over HTTPS alone, with a tenant
// of its own, for an export is of all that there is.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deployment } from "./world.js";

const CLI = fileURLToPath(new URL("node_modules/auth0-deploy-cli/lib/index.js", import.meta.url));

// What the tenant serves. Of the rest the tool is told so, as it is where a plan lacks something.
const SERVED = ["tenant", "resourceServers", "clients", "clientGrants", "databases", "connections", "roles"];

describe("deploy-cli", () => {
  let folder;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "deploy-cli-"))));
  after(() => rm(folder, { recursive: true }));

  const { host } = new URL(deployment.tenant);
  const environment = {
    ...process.env,
    NODE_EXTRA_CA_CERTS: deployment.authority,
    AUTH0_DOMAIN: host,
    AUTH0_AUDIENCE: `${deployment.tenant}/api/v2/`,
    AUTH0_CLIENT_ID: "management",
    AUTH0_CLIENT_SECRET: "management-secret",
    AUTH0_INCLUDED_ONLY: JSON.stringify(SERVED),
    // An export has this word where the secret was.
    AUTH0_KEYWORD_REPLACE_MAPPINGS: JSON.stringify({ CONNECTIONS_GOOGLE_OAUTH2_SECRET: "strongroom-tenant-secret" }),
  };

  const run = (...words) => promisify(execFile)(process.execPath, [CLI, ...words], { env: environment });

  const exported = async (name) => {
    const output = join(folder, name);
    await run("export", "--format", "yaml", "--output_folder", output);
    return readFile(join(output, "tenant.yaml"), "utf8");
  };

  const imported = async (name, text) => {
    const file = join(folder, `${name}.yaml`);
    await writeFile(file, text);
    await run("import", "--input_file", file);
  };

  test("exports what it imported", async () => {
    const first = await exported("first");
    for (const known of [
      "name: Calendar SPA",
      "identifier: https://my-api.example.com",
      "resource_server_identifier: https://reports-api.example.com",
      "name: Username-Password-Authentication",
      "name: google-oauth2",
    ]) {
      assert.ok(first.includes(known), `${known} is missing in\n${first}`);
    }

    await imported("again", first);

    assert.equal(await exported("second"), first);
  });

  test("sets up what was not there", async () => {
    await imported("new", SETUP);

    const all = await exported("third");
    for (const made of ["Weather API", "Weather Client", "Forecaster", "weather-people", "read:weather"]) {
      assert.ok(all.includes(made), `${made} is missing in\n${all}`);
    }
  });
});

const SETUP = `
resourceServers:
  - name: Weather API
    identifier: https://weather-api.example.com
    scopes:
      - value: read:weather
        description: Read the weather
clients:
  - name: Weather Client
    app_type: non_interactive
    oidc_conformant: true
    token_endpoint_auth_method: client_secret_post
    grant_types:
      - client_credentials
clientGrants:
  - client_id: Weather Client
    audience: https://weather-api.example.com
    scope:
      - read:weather
    subject_type: client
databases:
  - name: weather-people
    strategy: auth0
    enabled_clients:
      - Calendar SPA
    options:
      disable_signup: true
roles:
  - name: Forecaster
    description: Knows the weather
    permissions:
      - permission_name: read:weather
        resource_server_identifier: https://weather-api.example.com
`;
