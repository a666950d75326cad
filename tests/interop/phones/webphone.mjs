// ringcentral-web-phone, unmodified: SIP over WSS in Debian's Chromium, with its WebRTC.
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserOf } from '../browser.mjs';
import { webPhone } from './provision.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const script = join(here, '../node_modules/ringcentral-web-phone/dist/index.iife.js');

// Pages on loopback may use the microphone without TLS.
async function pageOf(sim) {
  const server = createServer((request, reply) => {
    reply.setHeader('Content-Type', 'text/html');
    reply.end('<!doctype html><title>phone</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  sim.servers.push(server);
  const context = await (await browserOf()).newContext({
    ignoreHTTPSErrors: true, permissions: ['microphone'],
  });
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.addScriptTag({ path: script });
  return page;
}

const wrap = (handle) => ({
  session: handle,
  ended: handle.evaluate((s) => s.state === 'disposed' ||
    new Promise((resolve) => s.once('disposed', () => resolve(true)))),
  hangup: () => handle.evaluate((s) => s.hangup()),
  hold: () => handle.evaluate((s) => s.hold()),
  unhold: () => handle.evaluate((s) => s.unhold()),
  transfer: (number) => handle.evaluate((s, to) => s.transfer(to), number),
  // Holds this call and makes another; `complete` joins the two that are talked to.
  warmTransfer: async (number, advance) => {
    const warm = await handle.evaluateHandle((s, to) => s.warmTransfer(to), number);
    await advance();
    return { complete: () => warm.evaluate((w) => w.complete()) };
  },
  // startRecording, stopRecording, park, flip: what the platform answers to the command.
  command: (name, ...args) => handle.evaluate((s, [what, more]) => s[what](...more), [name, args]),
  // What Chromium made of our description.
  rtc: () => handle.evaluate((s) => ({
    signaling: s.rtcPeerConnection.signalingState,
    hasRemote: s.rtcPeerConnection.currentRemoteDescription !== null,
  })),
  // Its network has changed: ICE begins anew, within the call. The words of ours from then on.
  restart: () => handle.evaluate(async (s) => {
    await s.reInvite();
    return s.rtcPeerConnection.currentRemoteDescription.sdp.match(/a=ice-ufrag:(\S+)/)[1];
  }),
  dtmf: (digits) => handle.evaluate((s, all) => s.sendDtmf(all), digits),
  // What Chromium says of its audio, once that fits `test`, a function of it and of `before`.
  audio: (test, before) => handle.evaluate(async (s, [text, earlier]) => {
    const fits = new Function(`return ${text}`)();
    const connection = s.rtcPeerConnection;
    for (const end = Date.now() + 20000; ;) {
      const seen = { ice: connection.iceConnectionState, state: connection.connectionState };
      const stats = await connection.getStats();
      for (const one of stats.values()) {
        if (one.type === 'inbound-rtp') {
          Object.assign(seen, {
            heard: one.packetsReceived, lost: one.packetsLost,
            level: one.audioLevel, energy: one.totalAudioEnergy,
            codec: stats.get(one.codecId)?.mimeType,
          });
        } else if (one.type === 'outbound-rtp') {
          seen.said = one.packetsSent;
        }
      }
      if (fits(seen, earlier)) return seen;
      if (Date.now() > end) throw new Error(`not ${text}: ${JSON.stringify(seen)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }, [String(test), before]),
});

// `jwt`: whose phone; the Super Admin's unless told.
export async function openWebPhone(sim, jwt = sim.jwt) {
  const sipInfo = await webPhone(sim, jwt);
  const page = await pageOf(sim);
  await page.evaluate((info) => {
    window.calls = [];
    window.takers = [];
    window.phone = new window.WebPhone({ sipInfo: info });
    window.phone.on('inboundCall', (session) => {
      if (window.takers.length) window.takers.shift()(session);
      else window.calls.push(session);
    });
  }, sipInfo);
  return {
    transport: 'wss',
    page,
    register: () => page.evaluate(() => window.phone.start()),
    // The proxy has ended the WebSocket.
    closed: () => page.evaluate(() => window.phone.sipClient.wsc.readyState === WebSocket.CLOSED ||
      new Promise((resolve) => window.phone.sipClient.wsc.addEventListener('close',
        () => resolve(true)))),
    useBackup: () => page.evaluate(async () => {
      window.phone.sipClient.toggleBackupOutboundProxy(true);
      await window.phone.start();
    }),
    call: async (number, advance) => {
      const session = await page.evaluateHandle((to) => window.phone.call(to), number);
      await advance();
      return wrap(session);
    },
    incoming: async () => {
      const handle = await page.evaluateHandle(() => window.calls.shift() ??
        new Promise((resolve) => window.takers.push(resolve)));
      return {
        answer: async () => {
          await handle.evaluate((s) => s.answer());
          return wrap(handle);
        },
        decline: () => handle.evaluate((s) => s.decline()),
        toVoicemail: () => handle.evaluate((s) => s.toVoicemail()),
        forward: (number) => handle.evaluate((s, to) => s.forward(to), number),
      };
    },
    close: async () => {
      const complaints = page.complaints;
      await page.context().close();
      if (complaints.length) throw new Error(`the page complains: ${complaints.join('; ')}`);
    },
  };
}
