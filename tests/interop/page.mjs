// The vendor's SDK as a page of another origin loads it: what a browser lets a script send and read.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { browserOf } from './browser.mjs';
import { same, test } from './harness.mjs';

const bundle = readFileSync(
  createRequire(import.meta.url).resolve('@ringcentral/sdk/dist/ringcentral.js'));

// A page elsewhere (another port is another origin) with the SDK in it.
async function pageOf(sim) {
  const server = createServer((request, reply) => {
    const isScript = request.url === '/sdk.js';
    reply.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    reply.end(isScript ? bundle : '<!doctype html><title>page</title><script src="/sdk.js"></script>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  sim.servers.push(server);
  const page = await (await browserOf()).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page;
}

test('page: the SDK in a page of another origin logs in, reads, writes and refreshes', { limits: 'real' }, async (sim) => {
  const page = await pageOf(sim);
  const { restUrl, clientId, clientSecret, jwt } = sim;
  const seen = await page.evaluate(async ({ restUrl, clientId, clientSecret, jwt }) => {
    const platform = new RingCentral.SDK({ server: restUrl, clientId, clientSecret }).platform();
    const own = '/restapi/v1.0/account/~/extension/~';
    await platform.login({ jwt });
    const reply = await platform.get(own);
    const { id } = await reply.json();
    await platform.put(`${own}/presence`, { userStatus: 'Busy' });
    const { userStatus } = await (await platform.get(`${own}/presence`)).json();
    await platform.refresh();
    const missing = await platform.get(`${own}/nothing`).catch((error) => error.response.status);
    await platform.logout();
    return { id, userStatus, missing, group: reply.headers.get('X-Rate-Limit-Group') };
  }, { restUrl, clientId, clientSecret, jwt });
  same(String(seen.id), sim.extensionId, 'extension');
  same(seen.userStatus, 'Busy', 'presence');
  same(seen.missing, 404, 'status of what is not there');
  same(seen.group, 'light', 'a header that may be read');
  await page.close();
});

test('page: the sign-in pages are not for scripts of other pages', {}, async (sim) => {
  const page = await pageOf(sim);
  const query = new URLSearchParams({
    response_type: 'code', client_id: sim.clientId, redirect_uri: sim.redirectUri });
  const outcome = await page.evaluate((url) => fetch(url).then(() => 'read', (e) => e.name),
    `${sim.restUrl}/restapi/oauth/authorize?${query}`);
  same(outcome, 'TypeError', 'what the browser says');
  await page.close();
});
