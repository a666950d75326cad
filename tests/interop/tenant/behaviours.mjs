// The forty numbered behaviours of a tenant's Platform Settings (the failure catalogue's section 0),
// walked by a browser for both profiles of the window against both brands, one named check each.
import { same, walk } from '../harness.mjs';
import { Story } from './story.mjs';
import { password } from './tenant.mjs';

const is = (story, form) => story.form === form;
const count = (locator, n, what) => locator.count().then((seen) => same(seen, n, what));
const has = (text, part, what) => same(text.includes(part), true, `${what}: "${part}" in "${text}"`);
const registered = (text) => /(\d+) of \1 registered/.test(text);
const NOWHERE = '127.0.0.1:9';

const entry = [
  ['01 the tenant is reached at its own address', async (s) => {
    await s.goto('/');
    same(new URL(s.page.url()).origin === new URL(s.sim.restUrl).origin, false, 'one host');
    await s.page.getByRole('heading', { name: 'Tenant log-in' }).waitFor();
    await s.shot('01-login');
  }],
  ['02 its log-in has Username, Password, Login, and is not the provider\'s', async (s) => {
    await s.field('Username').fill(s.sim.username);
    await s.field('Password').fill(s.sim.password);
    await s.button('Login').click();
    await s.page.getByText('Username or password is wrong.').waitFor();
    await s.logIn();
    s.posted.length = 0; // what was typed wrongly on purpose
  }],
  ['03 the navigation on the left has Admin(System) with a cogwheel', async (s) => {
    const group = s.page.locator('nav summary', { hasText: 'Admin(System)' });
    await group.getByRole('img', { name: 'cogwheel' }).waitFor();
    const [left, right] = [await group.boundingBox(), await s.page.locator('main').boundingBox()];
    same(left.x + left.width <= right.x, true, 'left of the content');
  }],
  ['04 the entry under it is called as the profile calls it', async (s) => {
    const other = is(s, 'a') ? 'Target Platform Configuration' : 'Target Platform';
    await count(s.page.getByRole('link', { name: s.caption(), exact: true }), 1, s.caption());
    await count(s.page.getByRole('link', { name: other, exact: true }), 0, other);
  }],
  ['05 it opens a window titled Platform Settings', async (s) => {
    await s.openWindow();
    await s.shot('05-window');
  }],
  ['06 SIP Domain takes a host and a port', async (s) => {
    await s.field('SIP Domain').fill(`${s.sim.sip.domain}:5060`);
    same(await s.field('SIP Domain').getAttribute('type'), 'text', 'free text');
  }],
  ['07 Outbound Proxy takes a host and a port', async (s) => {
    await s.field('Outbound Proxy').fill(s.sim.sip.udp);
    same(await s.field('Outbound Proxy').getAttribute('type'), 'text', 'free text');
  }],
  ['08 Secondary Outbound Proxy is there in profile a only', async (s) => {
    await count(s.field('Secondary Outbound Proxy'), is(s, 'a') ? 1 : 0, 'the field');
    if (is(s, 'a')) await s.field('Secondary Outbound Proxy').fill(s.sim.sipBackup.udp);
  }],
  ['10 Enable Recording is a choice of Yes and No in profile b only', async (s) => {
    const choice = s.field('Enable Recording');
    await count(choice, is(s, 'b') ? 1 : 0, 'the field');
    if (is(s, 'a')) return;
    same((await choice.locator('option').allInnerTexts()).join(), 'Yes,No', 'its options');
    await choice.selectOption('Yes');
  }],
  ['12 API Auth Status is text to read', async (s) => {
    same(await s.page.locator('#auth-status').evaluate((e) => e.tagName), 'OUTPUT', 'element');
    await s.page.getByText('API Auth Status', { exact: true }).waitFor();
  }],
  ['13 before the set-up it says Not Authenticated', async (s) => {
    same(await s.status(), 'Not Authenticated', 'status');
  }],
  ['14 Authenticate stands beside it', async (s) => {
    const status = await s.page.locator('#auth-status').boundingBox();
    const button = await s.button('Authenticate').boundingBox();
    same(button.y < status.y + status.height && status.y < button.y + button.height, true, 'a row');
  }],
  ['15 there is a Save button', async (s) => {
    await count(s.button('Save'), 1, 'buttons');
  }],
  ['16 the Super Admin is made at the provider, not here', async (s) => {
    await s.page.getByText('About API Auth Status').click();
    await s.page.getByText('dedicated Super Admin').waitFor();
    await s.goto('/help');
    await s.page.getByText('It is not made here.').waitFor();
    await s.openWindow();
    await s.fill();
    if (is(s, 'b')) await s.field('Enable Recording').selectOption('Yes');
  }],
];

const authorize = [
  ['17 Authenticate leads to the provider\'s login page, another host', async (s) => {
    s.before = await s.mark();
    await s.button('Authenticate').click();
    await s.page.getByLabel('Email or phone number').waitFor();
    same(new URL(s.page.url()).origin, new URL(s.sim.restUrl).origin, 'host');
    await s.shot('17-provider');
  }],
  ['32 that page wears the account\'s brand', async (s) => {
    const brand = s.sim.brand === '6010' ? 'Avaya Cloud Office' : 'RingCentral';
    same(await s.page.locator('header').innerText(), brand, 'brand');
  }],
  ['18 the Super Admin types a user name, then a password', async (s) => {
    await count(s.page.getByLabel('Password'), 0, 'password fields on the first page');
    await s.signIn();
  }],
  ['19 the access request names the product and lists what it asks for', async (s) => {
    const text = await s.page.locator('main, body').first().innerText();
    has(text, 'Acme CCaaS', 'requester');
    same(await s.page.locator('li').count() >= 2, true, 'a list');
    await s.shot('19-consent');
  }],
  ['20 it has an Authorize button and one that refuses', async (s) => {
    await count(s.button('Authorize'), 1, 'Authorize');
    await count(s.button('Decline'), 1, 'Decline');
  }],
  ['21 Authorize comes back to Platform Settings', async (s) => {
    await s.comeBack();
    await s.page.getByRole('heading', { name: 'Platform Settings' }).waitFor();
    await s.shot('21-returned');
  }],
  ['22 the status says Authenticated before Save', async (s) => {
    same(await s.status(), 'Authenticated', 'status');
    same(await s.field('Outbound Proxy').inputValue(), s.sim.sip.udp, 'what was typed');
  }],
  ['34 until OK the new grant is used for a look, by no job', async (s) => {
    await s.page.getByText('Authorized, not saved.').waitFor();
    same((await s.since(s.before, { op: 'readExtension' })).length > 0, true, 'the look');
    await s.work('/transfer', 'Transfer now', (text) => text.includes('no saved grant'));
    same((await s.since(s.before, { op: 'readCompanyCallLog' })).length, 0, 'reads by a job');
    await s.openWindow();
  }],
  ['36 leaving with unsaved entries is asked about', async (s) => {
    await s.field('SIP Domain').click(); // a browser asks only those who touched the page
    const link = s.page.getByRole('link', { name: 'Handsets' });
    same(await s.leave(() => link.click()), true, 'asked');
    same(new URL(s.page.url()).pathname, '/platform', 'still there');
  }],
  ['23 the user clicks Save', async (s) => {
    await s.button('Save').click();
  }],
  ['35 Cancel in Confirm Changes keeps the form and saves nothing', async (s) => {
    await s.page.getByRole('dialog', { name: 'Confirm Changes' }).waitFor();
    await s.button('Cancel').click();
    await s.page.getByText('Cancelled. Nothing was saved').waitFor();
    same(await s.field('Outbound Proxy').inputValue(), s.sim.sip.udp, 'the form keeps it');
    await s.button('Save').click();
    has(await s.page.getByRole('dialog').innerText(), '(empty)', 'in force now');
  }],
  ['24 a window Confirm Changes appears; OK closes it', async (s) => {
    await s.shot('24-confirm');
    await s.button('OK').click();
    await count(s.page.getByRole('dialog'), 0, 'dialogs');
    await s.page.getByText('Saved. These settings are in force.').waitFor();
  }],
  ['25 Platform Settings is still open; a second Save changes nothing', async (s) => {
    await s.page.getByRole('heading', { name: 'Platform Settings' }).waitFor();
    await s.button('Save').click();
    await s.page.getByText('Nothing to save').waitFor();
    await s.field('SIP Domain').click();
    const link = s.page.getByRole('link', { name: 'Handsets' });
    same(await s.leave(() => link.click()), false, 'asked');
    same(new URL(s.page.url()).pathname, '/handsets', 'left');
  }],
];

const life = [
  ['09 the proxies carry the handsets: wrong ones stop those, and only those', async (s) => {
    await s.until('/handsets', registered);
    await s.shot('09-handsets');
    await s.openWindow();
    await s.fill({ proxy: NOWHERE, secondary: NOWHERE });
    await s.saveAndOk();
    await s.until('/handsets', (text) => /\b0 of \d+ handsets registered/.test(text));
    await s.work('/transfer', 'Transfer now', (text) => /Last transfer: \d+ records/.test(text));
    await count(s.page.getByRole('alert'), 0, 'trouble of data transfer');
    await s.openWindow();
    await s.fill();
    await s.saveAndOk();
    await s.until('/handsets', registered);
  }],
  ['38 new proxies need no Authenticate; a new grant registers no handset', async (s) => {
    let mark = await s.mark();
    await s.openWindow();
    await s.fill({ proxy: s.sim.sipBackup.udp, secondary: s.sim.sip.udp });
    await s.saveAndOk();
    await s.until('/handsets', registered);
    same((await s.since(mark, { op: 'oauth.token' })).length, 0, 'grants for new proxies');
    const moved = (await s.since(mark, { op: 'sip.register', status: 200 })).filter((e) => e.expires);
    same(moved.length > 0 && moved.every((e) => e.proxy === 'b'), true, 'handsets at the new one');
    await s.openWindow();
    await s.fill();
    await s.saveAndOk();
    await s.until('/handsets', registered);

    mark = await s.mark();
    await s.openWindow();
    await s.authenticate();
    await s.saveAndOk();
    same(await s.checkNow(), 'Authenticated', 'status');
    const again = (await s.since(mark, { op: 'sip.register' })).filter((e) => e.expires);
    same(again.length, 0, 'registrations for a new grant');
  }],
  ['11 recordings show and play in Cradle to Grave where Enable Recording is Yes', async (s) => {
    await s.until('/transfer', (text) => /Last transfer: \d+ records/.test(text));
    await s.goto(is(s, 'b') ? '/calls?recorded=1' : '/calls');
    await s.shot('11-calls');
    if (is(s, 'a')) { // hidden there without the licence: No, so none is fetched
      same(await s.page.locator('tbody tr').count() > 0, true, 'calls');
      await count(s.page.locator('td', { hasText: 'recorded' }), 0, 'recordings');
      return;
    }
    await s.page.locator('tbody a').first().click();
    await s.shot('11-call');
    const sound = s.page.locator('audio').first();
    const seconds = await sound.evaluate((audio) => new Promise((resolve, reject) => {
      audio.onloadedmetadata = () => resolve(audio.duration);
      audio.onerror = () => reject(new Error(audio.error.message));
      audio.preload = 'metadata';
      audio.load();
    }));
    same(seconds > 1, true, `${seconds} s of sound`);
  }],
  ['37 a missing port is taken with a remark', async (s) => {
    await s.openWindow();
    await s.field('Outbound Proxy').fill('proxy.example');
    await s.button('Save').click();
    await s.page.getByText('no port; DNS is asked (SRV), else the transport\'s default is used').waitFor();
    await s.button('Cancel').click();
    await s.button('Discard changes').click();
    same(await s.field('Outbound Proxy').inputValue(), s.sim.sip.udp, 'what is in force');
  }],
  ['31 authenticating again is the same button and the same steps', async (s) => {
    same(await s.status(), 'Authenticated', 'status');
    await s.authenticate();
    same(await s.status(), 'Authenticated', 'status');
    await s.saveAndOk();
  }],
  ['30 a proxy moves at the provider: the value is wrong without anybody\'s doing', async (s) => {
    same(await s.checkNow(), 'Authenticated', 'before');
    await s.sim.verb('move-proxy', { proxy: 'a' });
    has(await s.checkNow(), 'OUTBOUND_PROXY_DRIFT', 'status');
    const advice = await s.page.locator('.steps').innerText();
    same(/secondary/i.test(advice), is(s, 'a'), `the second proxy is where a field is: ${advice}`);
    await s.shot('30-drift');
  }],
];

const passwordChange = [
  ['27 a password changed there and not carried over stops data transfer', async (s) => {
    s.providerPassword = 'Changed5!There';
    await s.sim.verb('rotate-password',
      { user: s.sim.username, password: s.providerPassword, sessions: 'at-once' });
    await s.work('/transfer', 'Transfer now', (text) => text.includes('incomplete') &&
      text.includes('Grant invalidated by password change'));
    await s.shot('27-transfer');
  }],
  ['28 a naive client still says authenticated, a good one does not', async (s) => {
    await s.tenant.again(['--profile', 'naive']);
    await s.goto('/platform');
    await s.logIn();
    same(await s.page.locator('#auth-status').innerText(), 'Authenticated', 'the naive one');
    await s.shot('28-naive');
    await s.tenant.again();
    await s.goto('/platform');
    await s.logIn();
    same(await s.checkNow(), 'Reconnect needed (GRANT_INVALIDATED_BY_PASSWORD_CHANGE)', 'the good');
  }],
  ['29 the reason and what helps stand at API Auth Status', async (s) => {
    const window = s.page.locator('section.window');
    has(await window.innerText(), 'Grant invalidated by password change', 'reason');
    has(await window.locator('.reason ol').innerText(), 'Authenticate again', 'step');
    await s.shot('29-reason');
  }],
  ['26 repeating Authenticate carries the new password over', async (s) => {
    await s.authenticate();
    await s.saveAndOk();
    has(await s.checkNow(), 'Authenticated', 'status');
    await s.work('/transfer', 'Transfer now', (text) => !text.includes('incomplete') &&
      /Last transfer/.test(text));
  }],
  ['33 the two words are those of the product, whatever their case', async (s) => {
    const words = [...s.words].map((word) => word.toLowerCase());
    same(words.includes('not authenticated') && words.includes('authenticated'), true, 'seen');
  }],
  ['39 every status is one of four, with the time of the last good probe', async (s) => {
    const four = new RegExp('^(Authenticated|Not Authenticated|Reconnect needed \\([A-Z_]+\\)|' +
      'Authenticated \u2013 degraded \\([a-z.]+: [A-Z_]+\\))$');
    for (const word of s.words) same(four.test(word), true, word);
    same(s.words.size >= 4, true, `all four were seen: ${[...s.words].join(', ')}`);
    await s.goto('/platform');
    await s.page.getByText(/Last good probe of the API: \d{4}-\d\d-\d\d/).waitFor();
    await s.goto('/');
    await s.shot('39-health');
  }],
  ['40 the typed password never reaches the tenant', async (s) => {
    for (const secret of [s.sim.password, s.providerPassword]) {
      same(s.posted.some((sent) => sent.includes(secret) ||
        sent.includes(encodeURIComponent(secret))), false, 'sent to the tenant');
      same(s.tenant.kept().includes(secret), false, 'kept by the tenant');
    }
    same(s.posted.some((sent) => sent.includes(password)), true, 'its own is, so we do see');
    s.complaintsAreNone();
  }],
];

for (const [fixture, brand] of [['acme-rc', 'RingCentral'], ['acme-aco', 'Avaya Cloud Office']]) {
  for (const form of ['a', 'b']) {
    walk(`tenant: profile ${form}, ${brand}`, { fixture },
      (sim) => Story.open(sim, form),
      [...entry, ...authorize, ...life, ...passwordChange]);
  }
}
