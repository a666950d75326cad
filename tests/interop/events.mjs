// Events as the vendor's packages take them: @ringcentral/subscriptions over a WebSocket, unmodified,
// and a webhook receiver; and what @ringcentral/sdk does with pages and limits.
import { createServer } from 'node:http';
import { SDK } from '@ringcentral/sdk';
import { Subscriptions } from '@ringcentral/subscriptions';
import { refused, same, test } from './harness.mjs';

const OWN = '/restapi/v1.0/account/~/extension/~';
const ACCOUNT = '37439510'; // of acme-rc
const PRESENCE = `${OWN}/presence`;

async function login(sim) {
  const { restUrl: server, clientId, clientSecret } = sim;
  const sdk = new SDK({ server, clientId, clientSecret });
  await sdk.platform().login({ jwt: sim.jwt });
  return sdk;
}

// What comes, in order; `next` waits for one more.
function mailbox() {
  const had = [], waiting = [];
  return {
    put: (one) => (waiting.length ? waiting.shift()(one) : had.push(one)),
    next: () => (had.length ? Promise.resolve(had.shift()) : new Promise((done) => waiting.push(done))),
  };
}

// A subscription as the package's README makes one. `fn(events, platform)` plays; then it is ended.
async function subscribed(sim, fn) {
  const sdk = await login(sim);
  const events = mailbox();
  const subscription = new Subscriptions({ sdk }).createSubscription();
  subscription.on(subscription.events.notification, events.put);
  const { wse } = await subscription.setEventFilters([PRESENCE]).register();
  try {
    await fn(events, sdk.platform(), wse);
  } finally {
    await wse.revoke();
  }
}

const goBusy = (platform, userStatus) => platform.put(PRESENCE, { userStatus });

test('subscriptions: an event arrives over a WebSocket', {}, async (sim) => {
  await subscribed(sim, async (events, platform) => {
    await goBusy(platform, 'Busy');
    const event = await events.next();
    same(event.event, `/restapi/v1.0/account/${ACCOUNT}/extension/${sim.extensionId}/presence`, 'event');
    same(event.body.userStatus, 'Busy', 'userStatus');
    same(event.ownerId, String(sim.extensionId), 'ownerId');
  });
  same((await sim.journal({ op: 'deleteSubscription', transport: 'ws' })).length, 1, 'goodbyes');
});

test('subscriptions: a lost connection is recovered with what happened meanwhile', {}, async (sim) => {
  await subscribed(sim, async (events, platform) => {
    await sim.verb('fault', { match: { op: 'ws.notification' }, kind: 'close', code: '1012', times: 1 });
    await goBusy(platform, 'Busy'); // the gateway closes instead of telling
    await goBusy(platform, 'Available');
    same((await events.next()).body.userStatus, 'Busy', 'the first');
    same((await events.next()).body.userStatus, 'Available', 'the second');
    const opened = await sim.journal({ op: 'ws.open' });
    same(opened.map((one) => one.result).join(), 'new,recovered', 'connections');
  });
});

test('subscriptions: a session that cannot be recovered is subscribed anew', {}, async (sim) => {
  await sim.verb('set', { 'ws.recovery_force_fail': 'true' });
  await subscribed(sim, async (events, platform, wse) => {
    await sim.verb('fault', { match: { op: 'ws.notification' }, kind: 'close', times: 1 });
    await goBusy(platform, 'Busy');
    await new Promise((done) => wse.eventEmitter.once('autoRecoverFailed', done));
    same(wse.connectionDetails.recoveryErrorCode, 'WSG-1005', 'code');
    await goBusy(platform, 'Available');
    same((await events.next()).body.userStatus, 'Available', 'what came');
    same((await sim.journal({ op: 'createSubscription', status: '200' })).length, 2, 'subscriptions');
  });
});

test('subscriptions: a socket outlives the access token that opened it', {}, async (sim) => {
  await sim.verb('set', { 'ws.idle': '3h', 'ws.token_ttl': '3h' });
  await subscribed(sim, async (events, platform, wse) => {
    await sim.verb('advance', { by: '61m' });
    same((await wse.request('PUT', PRESENCE, { userStatus: 'Busy' })).status, 200, 'status');
    same((await events.next()).body.userStatus, 'Busy', 'userStatus');
    same((await sim.journal({ op: 'oauth.token' })).length, 1, 'tokens');
    const before = wse.subscription.subscriptionInfo;
    await wse.subscription.refresh();
    same(wse.subscription.subscriptionInfo.id, before.id, 'subscription');
    same(Date.parse(wse.subscription.subscriptionInfo.expirationTime) - Date.parse(before.expirationTime),
      61 * 60000, 'renewed by');
  });
});

test('subscriptions: one that was closed for idleness is there again', {}, async (sim) => {
  await sim.verb('set', { 'ws.token_ttl': '3h' });
  await subscribed(sim, async (events, platform, wse) => {
    const back = new Promise((done) => wse.eventEmitter.once('autoRecoverSuccess', done));
    await sim.verb('advance', { by: '30m' });
    await back;
    same((await sim.journal({ op: 'ws.error' }))[0].code, 'WSG-902', 'error frame');
    await goBusy(platform, 'Busy');
    same((await events.next()).body.userStatus, 'Busy', 'userStatus');
  });
});

// The package does not survive a refused upgrade: nobody listens to the socket's error.
test('subscriptions: a grant that is revoked takes the socket along', {}, async (sim) => {
  await sim.verb('set', { 'ws.refusal': 'frame' });
  await subscribed(sim, async (events, platform, wse) => {
    const frames = [];
    wse.ws.addEventListener('message', (event) => frames.push(JSON.parse(event.data)));
    const closed = new Promise((done) => wse.ws.addEventListener('close', done));
    const failed = new Promise((done) => wse.eventEmitter.once('autoRecoverError', done));
    await sim.verb('revoke-sessions', { user: 'superadmin' });
    same((await closed).code, 1008, 'close code');
    same(frames.map(([meta, body]) => `${meta.type} ${meta.status} ${body.errorCode}`).join(),
      'Error 401 OAU-213', 'frames');
    await failed; // nothing opens a socket for a grant that is gone
    same((await sim.journal({ op: 'ws.open' })).at(-1).code, 'OAU-213', 'refusal');
    wse.subscription = undefined; // there is nobody to say goodbye to
  });
});

test('subscriptions: an app without the scope is told so at once', {}, async (sim) => {
  const platform = (await login(sim)).platform();
  await sim.verb('set', { 'oauth.scope_binding': 'live' });
  await sim.verb('set-scopes', { remove: ['WebSocket'] });
  const error = await refused(() => platform.post('/restapi/oauth/wstoken'));
  same(error.response.status, 403, 'status');
  same((await error.response.json()).errors[0].errorCode, 'CMN-401', 'code');
});

test('subscriptions: REST calls go over the socket, several ids too', {}, async (sim) => {
  await subscribed(sim, async (events, platform, wse) => {
    const own = await wse.request('GET', OWN);
    same(String(own.data.id), String(sim.extensionId), 'extension');
    const two = await wse.request('GET', `/restapi/v1.0/account/~/extension/${sim.extensionId},${sim.extensionId}/presence`);
    same(two.status, 207, 'status');
    same((await refused(() => wse.request('GET', '/restapi/v1.0/nothing'))).response.status, 404, 'unknown');
  });
});

// What a receiver of the platform's sees with each event.
const HEADERS = ['accept', 'accept-encoding', 'content-type', 'user-agent'];

// A webhook receiver: keeps bodies and verification tokens; echoes the validation.
async function receiver(sim) {
  const seen = { handshakes: 0, tokens: new Set(), heads: new Set(), bodies: mailbox() };
  const server = createServer((request, reply) => {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const token = request.headers['validation-token'];
      if (token) {
        seen.handshakes++;
        reply.setHeader('Validation-Token', token);
      } else {
        seen.tokens.add(request.headers['verification-token']);
        seen.heads.add(HEADERS.map((name) => request.headers[name]).join(' | '));
        seen.bodies.put(JSON.parse(Buffer.concat(parts).toString()));
      }
      reply.end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  sim.servers.push(server);
  seen.address = `http://127.0.0.1:${server.address().port}/hook`;
  return seen;
}

test('webhook: validated, then a burst of 1,000 events in order', {}, async (sim) => {
  const platform = (await login(sim)).platform();
  const seen = await receiver(sim);
  const made = await (await platform.post('/restapi/v1.0/subscription', {
    eventFilters: [PRESENCE],
    deliveryMode: { transportType: 'WebHook', address: seen.address, verificationToken: 'v1' },
    expiresIn: 3600,
  })).json();
  same(made.status, 'Active', 'status');
  await sim.verb('notify', { event: PRESENCE, times: 1000 });
  for (let sequence = 1; sequence <= 1000; sequence++) {
    const body = await seen.bodies.next();
    same(body.body.sequence, sequence, 'sequence');
    same(body.subscriptionId, made.id, 'subscriptionId');
  }
  same(seen.handshakes, 1, 'handshakes');
  same([...seen.tokens].join(), 'v1', 'verification tokens');
  same([...seen.heads].join('\n'), 'application/json | UTF-8 | application/json; charset=UTF-8 | ' +
    'RingCentral-Webhook/8.3', 'headers');
});

test('sdk: reads page after page', {}, async (sim) => {
  const platform = (await login(sim)).platform();
  const first = await (await platform.get('/restapi/v1.0/account/~/extension', { perPage: 5 })).json();
  const ids = new Set();
  let page = first, pages = 0;
  for (;;) {
    page.records.forEach((one) => ids.add(one.id));
    pages++;
    if (!page.navigation.nextPage) break;
    page = await (await platform.get(page.navigation.nextPage.uri)).json();
  }
  same(ids.size, first.paging.totalElements, 'extensions');
  same(pages, first.paging.totalPages, 'pages');
});

test('sdk: a rate limit is an event with the wait, and can be sat out', { limits: 'real' }, async (sim) => {
  const platform = (await login(sim)).platform();
  const waits = [];
  platform.on(platform.events.rateLimitError, (error) => waits.push(error.retryAfter));
  const read = () => platform.get('/restapi/v1.0/account/~/call-log', { perPage: 1 });
  for (let i = 0; i < 10; i++) await read();
  same((await refused(read)).response.status, 429, 'status');
  same(waits.join(), '60000', 'waits');
  await sim.verb('advance', { by: '60s' });
  await read();
  await sim.verb('fault', { match: { op: 'readCompanyCallLog' }, kind: 'answer', status: 429,
    code: 'CMN-301', retry_after: '1s', times: 1 });
  same((await platform.get('/restapi/v1.0/account/~/call-log', { perPage: 1 },
    { handleRateLimit: true })).status, 200, 'status after the wait');
  same(waits.join(), '60000,1000', 'waits');
});
