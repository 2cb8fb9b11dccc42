// A person in a browser without scripts: follows redirects, keeps cookies, and fills in the tenant's login form.

// Goes to a URL of the tenant, logs in, and returns where the tenant sends the browser in the end.
export async function logIn(url, { email, password }) {
  const cookies = new Map();
  const login = await follow(url, cookies);
  if (login.status !== 200) throw new Error(`no login page, but ${login.status} at ${login.url}`);
  const { action, fields } = passwordForm(await login.text());
  const form = new URLSearchParams({ ...fields, username: email, password });
  const answer = await visit(new URL(action, login.url), cookies, { method: "POST", body: form });
  const location = answer.headers.get("location");
  if (!location) throw new Error(`the login was not taken: ${answer.status} ${await answer.text()}`);
  return new URL(location);
}

async function follow(url, cookies) {
  const reply = await visit(url, cookies);
  const location = reply.headers.get("location");
  return location ? follow(new URL(location, url), cookies) : reply;
}

async function visit(url, cookies, options = {}) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { cookie, origin: url.origin };
  const reply = await fetch(url, { ...options, headers, redirect: "manual" });
  for (const cookie of reply.headers.getSetCookie()) {
    const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
    cookies.set(name, value);
  }
  return reply;
}

// The form that asks for a password: where it goes, and what it sends unread.
function passwordForm(page) {
  const forms = page.match(/<form[^]*?<\/form>/g) ?? [];
  const form = forms.find((form) => form.includes('name="password"'));
  const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, value]));
  return { action: form.match(/action="([^"]*)"/)[1], fields };
}
