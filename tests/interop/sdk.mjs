// @ringcentral/sdk, unmodified: what it accepts is right.
import { SDK } from '@ringcentral/sdk';
import { refused, same, test } from './harness.mjs';
import { walk } from './walk.mjs';

const OWN = '/restapi/v1.0/account/~/extension/~';

function platformOf(sim, options = {}) {
  return new SDK({
    server: sim.restUrl,
    clientId: sim.clientId,
    clientSecret: sim.clientSecret,
    redirectUri: sim.redirectUri,
    ...options,
  }).platform();
}

const publicApp = (sim) => ({
  clientId: sim.publicClientId,
  clientSecret: undefined,
  redirectUri: sim.publicRedirectUri,
});

async function loginByJwt(sim) {
  const platform = platformOf(sim);
  await platform.login({ jwt: sim.jwt });
  return platform;
}

async function ownId(platform) {
  return (await (await platform.get(OWN)).json()).id;
}

test('sdk: logs in by JWT and reads its own extension', {}, async (sim) => {
  const platform = await loginByJwt(sim);
  same(String(await ownId(platform)), sim.extensionId, 'extension');
  same((await platform.auth().data()).token_type, 'bearer', 'token_type');
});

test('sdk: logs in by code through the pages', {}, async (sim) => {
  const platform = platformOf(sim);
  const back = await walk(sim, platform.loginUrl({ state: 'a b&c', brandId: sim.brand }));
  const answer = platform.parseLoginRedirect(back.search);
  same(answer.state, 'a b&c', 'state');
  same(answer.expires_in, '60', 'expires_in');
  await platform.login({ code: answer.code });
  same(String(await ownId(platform)), sim.extensionId, 'extension');
});

test('sdk: logs in by code with PKCE as a public app', {}, async (sim) => {
  const platform = platformOf(sim, publicApp(sim));
  const back = await walk(sim, platform.loginUrl({ usePKCE: true }));
  await platform.login({
    code: platform.parseLoginRedirect(back.search).code,
    code_verifier: platform.codeVerifier,
  });
  same(String(await ownId(platform)), sim.extensionId, 'extension');
  await platform.refresh();
  same(String(await ownId(platform)), sim.extensionId, 'extension after the refresh');
});

test('sdk: a wrong verifier is refused', {}, async (sim) => {
  const platform = platformOf(sim, publicApp(sim));
  const back = await walk(sim, platform.loginUrl({ usePKCE: true }));
  const { code } = platform.parseLoginRedirect(back.search);
  const error = await refused(() => platform.login({ code, code_verifier: 'x'.repeat(43) }));
  same((await error.response.json()).errors[0].errorCode, 'OAU-106', 'code');
});

test('sdk: a declined request is an error with its name', {}, async (sim) => {
  const platform = platformOf(sim);
  const back = await walk(sim, platform.loginUrl({}), 'decline');
  const error = await refused(() => platform.parseLoginRedirect(back.search));
  same(error.error, 'access_denied', 'error');
});

test('sdk: refresh gives a new pair, with its odd lifetimes clamped', {}, async (sim) => {
  const platform = await loginByJwt(sim);
  const before = await platform.auth().data();
  await platform.refresh();
  const after = await platform.auth().data();
  same(after.access_token === before.access_token, false, 'the same access token');
  same(after.refresh_token === before.refresh_token, false, 'the same refresh token');
  same(String(after.expires_in), '3600', 'expires_in');
  same(String(after.refresh_token_expires_in), '604800', 'refresh_token_expires_in');
});

test('sdk: two processes that refresh at once end with one pair', {}, async (sim) => {
  const first = await loginByJwt(sim);
  const platforms = [first];
  for (let i = 0; i < 9; i++) {
    const other = platformOf(sim);
    await other.auth().setData(await first.auth().data());
    platforms.push(other);
  }
  await Promise.all(platforms.map((platform) => platform.refresh()));
  const tokens = new Set();
  for (const platform of platforms) tokens.add((await platform.auth().data()).access_token);
  same(tokens.size, 1, 'pairs');
  for (const platform of platforms) await ownId(platform);
});

test('sdk: an expired access token is refreshed on the way', {}, async (sim) => {
  const platform = await loginByJwt(sim);
  await sim.verb('advance', { by: '61m' });
  same(String(await ownId(platform)), sim.extensionId, 'extension');
  same((await sim.journal({ code: 'OAU-128' })).length, 1, 'refusals of the old token');
  same((await sim.journal({ grant_type: 'refresh_token', status: '200' })).length, 1, 'refreshes');
});

test('sdk: after a password change it must log in anew, and the cause is known', {}, async (sim) => {
  const platform = await loginByJwt(sim);
  await sim.verb('rotate-password', { user: 'superadmin' });
  await refused(() => platform.get(OWN));
  const [refusal] = await sim.journal({ grant_type: 'refresh_token', status: '400' });
  same(refusal.code, 'OAU-213', 'code');
  const [cause] = await sim.journal({ seq: String(refusal.cause) });
  same(cause.verb, 'rotate-password', 'cause');
  same(await platform.loggedIn(), false, 'logged in');
});

test('sdk: logout ends the session', {}, async (sim) => {
  const platform = await loginByJwt(sim);
  const { access_token: token } = await platform.auth().data();
  await platform.logout();
  const reply = await fetch(sim.restUrl + OWN, { headers: { Authorization: `Bearer ${token}` } });
  same(reply.status, 401, 'status');
  same((await reply.json()).errors[0].errorCode, 'OAU-213', 'code');
  same(await platform.loggedIn(), false, 'logged in');
});

test('sdk: too many logins are told to wait', { limits: 'real' }, async (sim) => {
  for (let i = 0; i < 5; i++) await loginByJwt(sim);
  const error = await refused(() => loginByJwt(sim));
  same(error.response.status, 429, 'status');
  same(error.response.headers.get('retry-after'), '60', 'Retry-After');
  await sim.verb('advance', { by: '60s' });
  await loginByJwt(sim);
});
