// The login pages in Debian's Chromium, driven as a person does: by labels, buttons and keys.
import { browserOf, leads, shot } from './browser.mjs';
import { landing, same, test } from './harness.mjs';

// A page at the provider's first form. Scripts are off: the pages must do without. Everything the
// browser complains about is an error.
async function open(sim, options = {}) {
  const clientUri = await landing(sim);
  const context = await (await browserOf()).newContext({
    javaScriptEnabled: false,
    viewport: options.viewport ?? { width: 1280, height: 800 },
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30000);
  page.complaints = [];
  page.on('console', (message) => { // its hints on style, given or not as it loads, are of type debug
    if (message.type() !== 'debug') page.complaints.push(message.text());
  });
  page.on('requestfailed', (request) => page.complaints.push(`failed: ${request.url()}`));
  page.elsewhere = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(sim.restUrl) && !url.startsWith(clientUri) &&
        !url.startsWith('data:')) page.elsewhere.push(url);
  });
  page.clientUri = clientUri;
  const query = new URLSearchParams({
    response_type: 'code', client_id: sim.clientId, redirect_uri: clientUri,
    state: 's 1', brand_id: sim.brand, ...options.query,
  });
  await page.goto(`${sim.restUrl}/restapi/oauth/authorize?${query}`);
  return page;
}

async function close(page) {
  same(page.complaints.join('; '), '', 'complaints of the browser');
  same(page.elsewhere.join('; '), '', 'requests to elsewhere');
  await page.context().close();
}

async function identify(page, username) {
  await page.getByLabel('Email or phone number').fill(username);
  await leads(page, () => page.getByRole('button', { name: 'Next' }).click());
}

async function enter(page, password) {
  await page.getByLabel('Password').fill(password);
  await leads(page, () => page.getByRole('button', { name: 'Sign in' }).click());
}

async function press(page, button) {
  await page.getByRole('button', { name: button }).click();
  await page.waitForURL(`${page.clientUri}*`);
  return new URL(page.url()).searchParams;
}

const heading = (page) => page.getByRole('heading', { level: 1 }).innerText();
const alertCode = (page) => page.getByRole('alert').getAttribute('data-code');

for (const [fixture, brand, colour] of [
  ['acme-rc', 'RingCentral', 'rgb(10, 95, 180)'],
  ['acme-aco', 'Avaya Cloud Office', 'rgb(184, 18, 43)'],
]) {
  test(`pages: ${brand}: log in, authorize, and back`, { fixture }, async (sim) => {
    const page = await open(sim);
    same(await page.locator('header').innerText(), brand, 'brand');
    await shot(page, `${sim.brand}-identifier`);
    await identify(page, sim.username);
    await shot(page, `${sim.brand}-password`);
    await enter(page, sim.password);
    same(await heading(page), 'Access Request', 'heading');
    const button = page.getByRole('button', { name: 'Authorize' });
    await shot(page, `${sim.brand}-consent`);
    same(await button.evaluate((b) => getComputedStyle(b).backgroundColor), colour, 'colour');
    const answer = await press(page, 'Authorize');
    same(answer.get('state'), 's 1', 'state');
    same(answer.get('expires_in'), '60', 'expires_in');
    same(answer.get('code').length >= 200, true, 'a long code');
    await close(page);
  });

  test(`pages: ${brand}: decline`, { fixture }, async (sim) => {
    const page = await open(sim);
    await identify(page, sim.username);
    await enter(page, sim.password);
    const answer = await press(page, 'Decline');
    same(answer.get('error'), 'access_denied', 'error');
    same(answer.get('code'), null, 'code');
    await close(page);
  });

  test(`pages: ${brand}: fit a phone`, { fixture }, async (sim) => {
    const page = await open(sim, { viewport: { width: 360, height: 740 } });
    for (const step of ['identifier', 'password', 'consent']) {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      same(width <= 360, true, `${step} of ${width} px fits`);
      await shot(page, `${sim.brand}-phone-${step}`);
      if (step === 'identifier') await identify(page, sim.username);
      if (step === 'password') await enter(page, sim.password);
    }
    await close(page);
  });
}

test('pages: the keyboard alone is enough', {}, async (sim) => {
  const page = await open(sim);
  // A browser gives the focus at its first frame, which comes after the field can be seen.
  const focused = (name) => page.locator(`input[name=${name}]:focus`).waitFor();
  await focused('username');
  await page.keyboard.type(sim.username);
  await page.keyboard.press('Enter');
  await focused('password');
  await page.keyboard.type(sim.password);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Authorize' }).waitFor();
  let name = '';
  for (let i = 0; i < 9 && name !== 'Authorize'; i++) {
    await page.keyboard.press('Tab');
    name = await page.evaluate(() => document.activeElement.innerText);
  }
  same(name, 'Authorize', 'where Tab leads to');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${page.clientUri}*`);
  await close(page);
});

test('pages: a phone number with its extension logs in', {}, async (sim) => {
  const page = await open(sim);
  await identify(page, sim.mainNumber);
  await page.getByLabel('Extension').fill(sim.peer.extension);
  await enter(page, sim.peer.password);
  same((await page.locator('.who').innerText()).includes(sim.peer.username), true, 'who');
  await close(page);
});

test('pages: a wrong password, and a lockout after five', {}, async (sim) => {
  const page = await open(sim);
  await identify(page, sim.username);
  for (let i = 0; i < 5; i++) {
    await enter(page, 'Wrong7!Horse');
    same(await alertCode(page), 'OAU-140', 'code');
  }
  await shot(page, 'wrong-password');
  await enter(page, sim.password);
  same(await alertCode(page), 'OAU-147', 'code');
  await shot(page, 'locked');
  await sim.verb('advance', { by: '60m' });
  await enter(page, sim.password);
  same(await heading(page), 'Access Request', 'heading');
  await close(page);
});

test('pages: a second factor, read from the journal and from the world', {}, async (sim) => {
  await sim.verb('set-user', { user: 'superadmin', mfa: true });
  const page = await open(sim);
  await identify(page, sim.username);
  await enter(page, sim.password);
  same(await heading(page), 'Account validation', 'heading');
  await shot(page, 'code');
  await page.getByLabel('Security code').fill('none');
  await leads(page, () => page.getByRole('button', { name: 'Verify' }).click());
  same(await alertCode(page), 'OAU-168', 'code');
  const [sent] = await sim.journal({ op: 'oauth.login.password' });
  const { users } = await sim.world();
  same(users.find((user) => user.email === sim.username).mfa_code, String(sent.mfa_code), 'code');
  await page.getByLabel('Security code').fill(String(sent.mfa_code));
  await leads(page, () => page.getByRole('button', { name: 'Verify' }).click());
  same(await heading(page), 'Access Request', 'heading');
  await close(page);
});

test('pages: Single Sign-on', {}, async (sim) => {
  await sim.verb('set-user', { user: 'superadmin', sso: true });
  const page = await open(sim);
  await identify(page, sim.username);
  same(await heading(page), 'Single Sign-on', 'heading');
  await shot(page, 'sso');
  await page.getByLabel('Company password').fill(sim.password);
  await leads(page, () => page.getByRole('button', { name: 'Submit' }).click());
  same(await heading(page), 'Access Request', 'heading');
  await close(page);
});

test('pages: an expired password is changed on the way', {}, async (sim) => {
  await sim.verb('set-user', { user: 'superadmin', 'must-change-password': true });
  const page = await open(sim);
  await identify(page, sim.username);
  await enter(page, sim.password);
  same(await heading(page), 'Choose a new password', 'heading');
  await shot(page, 'new-password');
  await page.getByLabel('New password', { exact: true }).fill('Fresh6!Start');
  await page.getByLabel('New password again').fill('Fresh6!Start');
  await leads(page, () => page.getByRole('button', { name: 'Save and go on' }).click());
  same(await heading(page), 'Access Request', 'heading');
  await close(page);
});

test('pages: consent is asked for once; another account can be used', {}, async (sim) => {
  const page = await open(sim);
  await identify(page, sim.username);
  await enter(page, sim.password);
  await press(page, 'Authorize');
  const again = `${sim.restUrl}/restapi/oauth/authorize?response_type=code&` +
    `client_id=${sim.clientId}&redirect_uri=${encodeURIComponent(page.clientUri)}`;
  await page.goto(again);
  same(page.url().startsWith(`${page.clientUri}?code=`), true, 'straight back with a code');
  await page.goto(`${again}&prompt=consent`);
  await leads(page, () => page.getByRole('button', { name: 'Use another account' }).click());
  same(await heading(page), 'Sign in', 'heading');
  await close(page);
});
