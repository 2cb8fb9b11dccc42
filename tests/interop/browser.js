// A Chromium for each test, started as the journeys start theirs, with a page that loads the SDK.

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { chromium as playwright } from "playwright-core";
import { ada, app, chromium, tenants } from "./world.js";

// How long something may take to appear.
const PATIENCE = 15_000;

// The browser keeps the tenant's cookie in the app's frames too. A tenant over TLS is of another site than a page without,
// and some builds of Chromium (Debian's) would leave such cookies out unless the person's settings say otherwise.
const SETTINGS = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } };

// A browser that nobody has used before.
async function launch() {
  const profile = await mkdtemp(join(tmpdir(), "strongroom-interop-"));
  await mkdir(join(profile, "Default"));
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(SETTINGS));
  const browser = await playwright.launchPersistentContext(profile, {
    executablePath: chromium.program,
    args: [...chromium.arguments, `--ignore-certificate-errors-spki-list=${await trustedKey()}`],
  });
  const close = async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { browser, close };
}

// The hash of the tenant's key, once Node has found its certificate to be the authority's: Chromium reads no variable that
// names an authority, but trusts a key by its hash.
const trustedKey = () =>
  new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(tenants.https);
    const socket = connect({ host, port, servername: host }, () => {
      const { publicKey } = socket.getPeerX509Certificate();
      socket.destroy();
      const key = publicKey.export({ type: "spki", format: "der" });
      resolve(createHash("sha256").update(key).digest("base64"));
    });
    socket.on("error", reject);
  });

// Runs in the page before anything else. The SDK's workers answer by channels that the page makes.
function listenToWorkers() {
  window.heard = [];
  window.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      this.port1.addEventListener("message", ({ data }) => window.heard.push(data));
    }
  };
}

// A page with an SDK client, seen as a person and as a developer sees it.
export class App {
  constructor(page, close, tenant, options) {
    this.page = page;
    this.close = close;
    this.tenant = tenant;
    this.options = options;
    // What the SDK has asked others for, and their answers.
    this.exchanges = [];
    page.context().on("response", (response) => this.#note(response));
  }

  // A page in a browser of its own, with a client of these options.
  static async open(tenant, { authorizationParams, ...options }) {
    const { browser, close } = await launch();
    browser.setDefaultTimeout(PATIENCE);
    const opened = new App(browser.pages()[0], close, tenant, {
      domain: tenant,
      clientId: "spa",
      authorizeTimeoutInSeconds: PATIENCE / 1000,
      authorizationParams: { redirect_uri: `${app}/`, ...authorizationParams },
      ...options,
    });
    await opened.page.addInitScript(listenToWorkers);
    await opened.load();
    return opened;
  }

  // (Re)loads the page: what the SDK had in memory is gone.
  async load(url = `${app}/`) {
    await this.page.goto(url);
    await this.#start();
  }

  #start() {
    return this.page.evaluate((options) => {
      window.client = new window.auth0.Auth0Client(options);
    }, this.options);
  }

  // Calls a method of the client; a refusal is thrown with what the SDK's error says.
  async call(method, ...parameters) {
    const { value, error } = await this.page.evaluate(
      async ([method, parameters]) => {
        try {
          return { value: await window.client[method](...parameters) };
        } catch (error) {
          return { error: { name: error.name, message: error.message, ...error } };
        }
      },
      [method, parameters],
    );
    if (error) throw Object.assign(new Error(error.message), error);
    return value;
  }

  // Leaves for the tenant, logs in there by name and password, and comes back with an answer in the query.
  async logIn({ email, password } = ada, options = {}) {
    await this.leaveForLogin(options);
    await this.#fillIn(this.page, email, password);
    await this.comeBack();
    return this.call("handleRedirectCallback");
  }

  // Logs in at the tenant in a window of its own; the page stays where it is.
  async logInByPopup({ email, password } = ada) {
    const opened = this.page.waitForEvent("popup");
    const answered = this.call("loginWithPopup");
    await this.#fillIn(await opened, email, password);
    return answered;
  }

  async #fillIn(page, email, password) {
    await page.locator("input[name=username]").fill(email);
    await page.locator("input[name=password]").fill(password);
    await page.getByRole("button", { name: "Continue", exact: true }).click();
  }

  async leaveForLogin(options = {}) {
    // The page goes away under the call, so nobody waits for it.
    await this.page.evaluate((options) => {
      window.client.loginWithRedirect(options);
    }, options);
  }

  // Leaves for the provider to connect an account, signs in there by the person's button, answers its consent page and
  // comes back; returns what that page asked for.
  async connectAccount({ name }, decision, options) {
    await this.page.evaluate((options) => {
      window.client.connectAccountWithRedirect(options);
    }, options);
    await this.page.getByRole("button", { name }).click();
    const choice = this.page.getByRole("button", { name: decision, exact: true });
    await choice.waitFor();
    const consent = await this.page.locator("main").innerText();
    await choice.click();
    await this.comeBack();
    return consent;
  }

  async comeBack() {
    await this.page.waitForURL((url) => url.origin === app && url.searchParams.has("state"));
    await this.#start();
  }

  // Logs out and returns when the browser is back, without the answer of the login in its query.
  async logOut() {
    const returnTo = `${app}/`;
    await this.page.evaluate((returnTo) => {
      window.client.logout({ logoutParams: { returnTo } });
    }, returnTo);
    await this.page.waitForURL(returnTo);
    await this.#start();
  }

  #note(response) {
    const request = response.request();
    const url = new URL(request.url());
    if (url.origin === app || request.method() === "OPTIONS") return;
    this.exchanges.push({
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      form: Object.fromEntries(new URLSearchParams(request.postData() ?? "")),
      headers: request.headers(),
      status: response.status(),
    });
  }

  // What the SDK has asked of that path.
  asked(path) {
    return this.exchanges.filter((exchange) => exchange.path === path);
  }

  // What its workers have told the page, and what it has stored, as one text.
  heard() {
    return this.page.evaluate(() =>
      JSON.stringify([window.heard, { ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
  }

  forget() {
    this.exchanges.length = 0;
  }
}
