// The page at /__admin in Debian's Chromium, as QA uses it.
import { browserOf, shot } from './browser.mjs';
import { same, test } from './harness.mjs';

async function open(sim, options = {}) {
  const page = await (await browserOf()).newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.setDefaultTimeout(40000);
  page.complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') page.complaints.push(message.text()); });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(sim.adminUrl);
  return page;
}

const said = (page, text) => page.locator('#said', { hasText: text }).waitFor();
const told = (page, text) => page.locator('#journal summary', { hasText: text }).first().waitFor();

test('dashboard: shows the world, does things, and the journal grows', {}, async (sim) => {
  const page = await open(sim);
  await page.getByText('Acme Widgets, RingCentral').waitFor();
  same(await page.getByLabel('Admin token').isVisible(), false, 'the token is asked for');
  same(await page.locator('#time').innerText(), '2026-01-05 09:00:00 UTC', 'time');
  await page.getByRole('button', { name: '+1 h' }).click();
  await page.locator('#time', { hasText: '10:00:00' }).waitFor();
  const proxy = page.locator('#proxies tr').first();
  await proxy.getByRole('button', { name: 'Stop' }).click();
  await proxy.getByText('stopped').waitFor();
  await proxy.getByRole('button', { name: 'Start' }).click();
  await proxy.getByText('up', { exact: true }).waitFor();
  await fetch(`${sim.restUrl}/restapi/v1.0/account/~`); // refused: it is seen as it happens
  await told(page, 'AGW-401');
  await shot(page, 'dashboard');
  same(page.complaints.join('; '), '', 'complaints of the browser');
  await page.close();
});

test('dashboard: a verb by its form, a fault armed and cleared', {}, async (sim) => {
  const page = await open(sim);
  await page.getByLabel('Verb').selectOption('rotate-password');
  await page.getByLabel('user *').fill('nobody');
  await page.getByRole('button', { name: 'Do it' }).click();
  await said(page, 'rotate-password: user:');
  await page.getByLabel('user *').fill('superadmin');
  await page.getByRole('button', { name: 'Do it' }).click();
  await said(page, '"password":');
  await sim.verb('fault', { name: 'ill', match: { op: 'oauth.token' }, kind: 'drop', times: 3 });
  const fault = page.locator('#faults tr', { hasText: 'ill' });
  await fault.getByText('0 of 3').waitFor();
  await shot(page, 'dashboard-fault');
  await fault.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('none is armed').waitFor();
  same(page.complaints.filter((one) => !one.includes('400')).join('; '), '', 'complaints');
  await page.close();
});

test('dashboard: a filter keeps what is asked for, and says what is wrong with it', {}, async (sim) => {
  const page = await open(sim);
  await sim.verb('advance', { by: '1m' });
  await sim.verb('set', { 'oauth.mfa': 'true' });
  await told(page, 'oauth.mfa');
  await page.locator('#terms').fill('op=advance');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForFunction(() => document.querySelectorAll('#journal details').length === 1);
  await page.locator('#journal summary').click();
  await page.locator('#journal dd', { hasText: '"by":"1m"' }).waitFor();
  await page.locator('#terms').fill('stats=1');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.getByText('did you mean "status"?').waitFor();
  await page.close();
});

test('dashboard: asks for the admin token when there is one', { flags: ['--admin-token', 't0k'] }, async (sim) => {
  const page = await open(sim);
  await page.getByLabel('Admin token').fill('wrong');
  await page.getByRole('button', { name: 'Open' }).click();
  await said(page, 'the admin token is wrong');
  same(await page.locator('#now').isVisible(), false, 'the world is shown');
  await page.getByLabel('Admin token').fill('t0k');
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByText('Acme Widgets, RingCentral').waitFor();
  await page.close();
});

test('dashboard: fits a phone, in the dark, and is a list without scripts', {}, async (sim) => {
  const page = await open(sim, { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  await page.getByText('Acme Widgets, RingCentral').waitFor();
  same(await page.evaluate(() => document.documentElement.scrollWidth <= 360), true, 'fits');
  await shot(page, 'dashboard-phone');
  await page.close();
  const context = await (await browserOf()).newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(sim.adminUrl);
  same(await plain.locator('#now').isVisible(), false, 'what needs scripts');
  same(await plain.getByText('GET /__admin/world').isVisible(), true, 'the list');
  await context.close();
});
