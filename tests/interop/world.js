// What the run has started: see main.rs and tenant.yaml.

import { readFileSync } from "node:fs";

const named = (variable) => {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is missing: \`cargo test -p tests --test interop\` sets it`);
  return value;
};

// The tenants by their scheme: `http://localhost:4400` and `https://localhost:4443`, on other ports.
export const tenants = { http: named("INTEROP_HTTP"), https: named("INTEROP_HTTPS") };

// Over HTTPS too, and of deploy-cli.test.js alone: the quickstart.
export const deployment = { tenant: named("INTEROP_DEPLOYMENT"), authority: named("INTEROP_DEPLOYMENT_AUTHORITY") };

// The calendar APIs that stand behind them.
export const backends = { http: named("INTEROP_HTTP_BACKEND"), https: named("INTEROP_HTTPS_BACKEND") };

// Where the page is served.
export const app = named("INTEROP_APP");

// What the SDKs that insist on HTTPS are told: a domain.
export const domain = new URL(tenants.https).host;

export const api = "https://my-api.example.com";
export const reportsApi = "https://reports-api.example.com";

export const chromium = {
  program: named("INTEROP_CHROMIUM"),
  arguments: named("INTEROP_CHROMIUM_ARGUMENTS").split(" "),
};

export const ada = { name: "Ada Lovelace", email: "ada@example.com", password: "ada-password" };

export const grace = { name: "Grace Hopper", email: "grace@example.com", password: "grace-password" };

// Of the client that has one instead of a secret.
export const privateKey = readFileSync(new URL("keyed-app.pem", import.meta.url), "utf8");
