// Events inside the page: calls are known as they happen, and Health tells when they are not heard.
import { setTimeout as delay } from 'node:timers/promises';
import { same, walk } from '../harness.mjs';
import { Story } from './story.mjs';

// Nothing is read by the schedule within the test, unless a check starts the page otherwise. The last
// of two values counts.
const slow = ['--sync-seconds', '3600', '--probe-seconds', '3600', '--events-seconds', '1',
  '--ws-timeout-ms', '2000'];

const hearing = async (s, wanted) => {
  await s.until('/', (text) => wanted.test(text));
};

// A call from outside that has ended, by its caller's number.
async function aCall(s, from) {
  const to = s.sim.brand === '6010' ? '1004' : '102';
  await s.sim.verb('call', { from, to, does: 'answer', lasts: '1m' });
  await s.sim.verb('advance', { by: '2m' });
}

const inTheLog = (s, from) => s.until('/calls', (text) => text.replace(/\D/g, '').includes(from.slice(1)));

async function happened(s, mark, terms) {
  while (!(await s.since(mark, terms)).length) await delay(50); // the test's own limit ends it
}

async function start(sim, events) {
  const s = await Story.open(sim, 'a', {}, [...slow, '--events', events]);
  await s.goto('/platform');
  await s.logIn();
  return s;
}

async function setUp(s) {
  await s.openWindow();
  await s.fill();
  await s.authenticate();
  await s.saveAndOk();
}

async function goodHealth(s) {
  await s.goto('/');
  await s.button('Check now').click();
  await s.until('/', (text) => text.includes('every probe was good'));
}

const socket = [
  ['before Save nobody subscribes', async (s) => {
    await hearing(s, /By WebSocket; waits for Authenticate and Save; no event yet/);
  }],
  ['after Save the page listens', async (s) => {
    await setUp(s);
    await hearing(s, /By WebSocket; subscribed; no event yet/);
    await goodHealth(s);
    const row = await s.page.locator('#plane-events').innerText();
    same(/Good/.test(row), true, row);
  }],
  ['a call that ended is read at once, and nobody asked', async (s) => {
    await aCall(s, '+13035550101');
    await inTheLog(s, '+13035550101');
    await hearing(s, /By WebSocket; subscribed; \d+ events, the last/);
    await s.shot('live-health');
  }],
  ['a new grant subscribes anew', async (s) => {
    const mark = await s.mark();
    await s.openWindow();
    await s.authenticate();
    await s.saveAndOk();
    await happened(s, mark, { op: 'ws.open' });
    await hearing(s, /By WebSocket; subscribed/);
  }],
  ['a path that died without a word is named, and the page connects anew', async (s) => {
    await s.tenant.again(['--probe-seconds', '1']);
    await s.goto('/');
    await s.logIn();
    await hearing(s, /By WebSocket; subscribed/);
    await s.sim.verb('fault', { name: 'no-way', match: { listener: 'gateway' }, kind: 'refuse' });
    await s.sim.verb('set', { 'ws.half_open': 'true' });
    await s.until('/', (text) => text.includes('WS_HALF_OPEN') &&
      /By WebSocket; not subscribed/.test(text));
    await s.shot('live-half-open');
    await s.sim.verb('set', { 'ws.half_open': 'false' });
    await s.sim.verb('clear-fault', { name: 'no-way' });
    await hearing(s, /By WebSocket; subscribed; .*; subscribed anew \d+ (s|min) ago: WebSocket half open/);
    await s.until('/', (text) => text.includes('every probe was good'));
  }],
  ['when no event comes the call log is read all the same', async (s) => {
    await s.tenant.again(['--sync-seconds', '1']);
    await s.goto('/');
    await s.logIn();
    await hearing(s, /By WebSocket; subscribed/);
    await s.sim.verb('fault', { match: { op: 'ws.notification' }, kind: 'drop' });
    await aCall(s, '+13035550102');
    await inTheLog(s, '+13035550102');
    s.complaintsAreNone();
  }],
];

const webhook = [
  ['after Save the page is called', async (s) => {
    await s.sim.verb('set', { 'oauth.refresh_ttl': '60d' }); // the grant outlives the subscription
    await setUp(s);
    await hearing(s, /By webhook; subscribed; no event yet/);
    await aCall(s, '+13035550103');
    await inTheLog(s, '+13035550103');
    await goodHealth(s);
  }],
  ['a restart subscribes its new address', async (s) => {
    await s.tenant.again();
    await s.goto('/');
    await s.logIn();
    await hearing(s, /By webhook; subscribed; .*Webhook address stale/i);
    await aCall(s, '+13035550104');
    await inTheLog(s, '+13035550104');
  }],
  ['it is renewed ahead of its end', async (s) => {
    const mark = await s.mark();
    await s.sim.verb('advance', { by: '4d' });
    await happened(s, mark, { op: 'renewSubscription', status: 200 });
    await hearing(s, /By webhook; subscribed; .*Webhook address stale/i);
  }],
  ['a subscription that is gone is named and made anew', async (s) => {
    await s.sim.verb('advance', { by: '8d' });
    await hearing(s, /By webhook; subscribed; .*Subscription expired/i);
    await aCall(s, '+13035550105');
    await inTheLog(s, '+13035550105');
    s.complaintsAreNone();
  }],
];

walk('tenant: live events by WebSocket', { fixture: 'acme-rc' }, (sim) => start(sim, 'websocket'), socket);
walk('tenant: live events by webhook', { fixture: 'acme-aco' }, (sim) => start(sim, 'webhook'), webhook);
