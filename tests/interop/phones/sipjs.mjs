// SIP.js, unmodified: what other phones in a browser do and the vendor's does not. Each story is one
// call over WSS in Debian's Chromium.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserOf } from '../browser.mjs';
import { same, test } from '../harness.mjs';
import { webPhone } from './provision.mjs';
import { advance, event, PARTY } from './steps.mjs';

const lib = fileURLToPath(new URL('../node_modules/sip.js/lib/', import.meta.url));

// A page with the library's modules beside it, as it was installed.
async function pageOf(sim) {
  const server = createServer(async (request, reply) => {
    const isModule = request.url.endsWith('.js');
    reply.setHeader('Content-Type', isModule ? 'text/javascript' : 'text/html');
    reply.end(isModule ? await readFile(join(lib, normalize(request.url))).catch(() => '')
      : '<!doctype html><title>phone</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  sim.servers.push(server);
  const context = await (await browserOf()).newContext({
    ignoreHTTPSErrors: true, permissions: ['microphone', 'camera'],
  });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return page;
}

// A phone that is registered.
async function openPhone(sim, options = {}) {
  const page = await pageOf(sim);
  await page.evaluate(async ([info, more]) => {
    window.SIP = await import('/index.js');
    const userAgent = new SIP.UserAgent({
      uri: SIP.UserAgent.makeURI(`sip:${info.username}@${info.domain}`),
      authorizationUsername: info.authorizationId,
      authorizationPassword: info.password,
      transportOptions: { server: `wss://${info.outboundProxy}` },
      sessionDescriptionHandlerFactoryOptions: {
        iceGatheringTimeout: 200, peerConnectionConfiguration: { iceServers: [] },
      },
      logLevel: 'error',
      ...more,
    });
    await userAgent.start();
    const registerer = new SIP.Registerer(userAgent);
    const registered = new Promise((resolve) => registerer.stateChange.addListener(resolve));
    await registerer.register();
    window.state = await registered;
    // The call to a number, begun; `progress` and `accepted` are its answers.
    window.begin = async (number, options) => {
      const target = SIP.UserAgent.makeURI(`sip:${number}@${info.domain}`);
      const call = window.call = new SIP.Inviter(userAgent, target, options);
      window.progress = new Promise((resolve) => { call.told = resolve; });
      window.accepted = new Promise((resolve, reject) => {
        call.invite({
          requestDelegate: {
            onProgress: (answer) => call.told(answer.message.getHeader('Require') ?? ''),
            onAccept: () => resolve(true),
            onReject: (answer) => reject(new Error(`rejected: ${answer.message.statusCode}`)),
          },
        }).catch(reject);
      });
    };
    window.heard = async (more) => {
      for (const end = Date.now() + 20000; ; await new Promise((r) => setTimeout(r, 20))) {
        const stats = await call.sessionDescriptionHandler.peerConnection.getStats();
        for (const one of stats.values())
          if (one.type === 'inbound-rtp' && one.kind === 'audio' && one.packetsReceived > more) return true;
        if (Date.now() > end) throw new Error('nothing is heard');
      }
    };
  }, [await webPhone(sim, sim.jwt), options]);
  same(await page.evaluate(() => window.state), 'Registered', 'state of the registration');
  return page;
}

const story = (name, knobs, options, fn) => test(`sip.js: ${name}`, {}, async (sim) => {
  await sim.verb('set', { 'rtp.codecs': 'g711', 'rtp.party.plays': 'tone', ...knobs });
  const page = await openPhone(sim, options);
  await fn(page, sim);
  await page.evaluate(() => call.bye());
  await event(sim, { op: 'call.end' });
  same((await event(sim, { op: 'media.leg' })).audio, 'both', 'ways');
  await page.context().close();
});

const begin = (page, options = {}) =>
  page.evaluate(([number, more]) => window.begin(number, more), [PARTY, options]);

story('insists on its 183, and hears the ringing before the answer', { 'sip.answer_early': 'none' },
  { sipExtension100rel: 'Required' }, async (page, sim) => {
    await begin(page, { earlyMedia: true });
    same(await page.evaluate(() => window.progress), '100rel', 'what the 183 requires');
    same((await event(sim, { op: 'sip.prack' })).status, 200, 'status of the PRACK');
    await page.evaluate(() => window.heard(10));
    await advance(sim, '2s')();
    await page.evaluate(() => window.accepted);
    await page.evaluate(() => window.heard(50));
  });

story('offers video beside audio, and talks without', {}, {}, async (page, sim) => {
  await begin(page, {
    sessionDescriptionHandlerOptions: { constraints: { audio: true, video: true } },
  });
  await page.evaluate(() => window.accepted);
  await advance(sim, '2s')();
  await page.evaluate(() => window.heard(20));
});
