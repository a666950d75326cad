// A person without a browser: walks the login pages by their forms, as curl would.

const attribute = (tag, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];

// Follows redirects of the provider itself; ends at a page or at the client's address.
async function follow(base, cookies, url, options = {}) {
  for (;;) {
    const reply = await fetch(url, {
      redirect: 'manual',
      ...options,
      headers: { ...options.headers, Cookie: cookies.value },
    });
    const set = reply.headers.get('set-cookie');
    if (set) cookies.value = set.split(';')[0];
    const to = reply.headers.get('location');
    if (!to) return { url, status: reply.status, html: await reply.text() };
    const next = new URL(to, url);
    if (next.origin !== new URL(base).origin) return { back: next };
    url = next.href;
    options = {};
  }
}

function submit(base, cookies, page, fields) {
  const action = attribute(/<form[^>]*>/.exec(page.html)[0], 'action');
  const csrf = attribute(/<input[^>]*name="csrf"[^>]*>/.exec(page.html)[0], 'value');
  return follow(base, cookies, new URL(action, page.url).href, {
    method: 'POST',
    body: new URLSearchParams({ csrf, ...fields }),
  });
}

// Signs in and authorizes; gives the URL the client gets back to.
export async function walk(sim, authorizeUrl, decision = 'authorize') {
  const base = sim.restUrl;
  const cookies = { value: '' };
  let page = await follow(base, cookies, authorizeUrl);
  page = await submit(base, cookies, page, { username: sim.username });
  page = await submit(base, cookies, page, { password: sim.password });
  page = await submit(base, cookies, page, { decision });
  return page.back;
}
