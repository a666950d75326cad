// What both phones do alike: each story once over TLS and once over WSS.
import { refused, same, test } from '../harness.mjs';
import { advance, event, PARTY } from './steps.mjs';
import { openSoftphone, trusting } from './softphone.mjs';
import { openWebPhone } from './webphone.mjs';

const phones = [
  ['softphone', openSoftphone],
  ['web-phone', openWebPhone],
];

function story(name, fn) {
  for (const [kind, open] of phones) {
    test(`${kind}: ${name}`, {}, async (sim) => {
      const phone = await open(sim);
      try {
        await fn(phone, sim);
      } finally {
        await phone.close();
      }
    });
  }
}

story('registers', async (phone, sim) => {
  await phone.register();
  const [asked, granted] = await sim.journal({ op: 'sip.register' });
  same(asked.status, 401, 'the first answer');
  same(granted.status, 200, 'the second answer');
  same(granted.transport, phone.transport, 'transport');
  same(granted.expires, phone.transport === 'wss' ? 60 : 300, 'expires');
  const { bindings } = await sim.world();
  same(bindings.length, 1, 'bindings');
  same(bindings[0].transport, phone.transport, 'transport of the binding');
});

story('calls out and hangs up', async (phone, sim) => {
  await phone.register();
  const call = await phone.call(PARTY, advance(sim, '2s'));
  await event(sim, { op: 'call.answer' });
  if (call.rtc) same(JSON.stringify(await call.rtc()), '{"signaling":"stable","hasRemote":true}', 'WebRTC');
  await call.hangup();
  await call.ended;
  same((await event(sim, { op: 'call.end' })).reason, 'a phone hung up', 'reason');
});

story('calls out and is hung up on', async (phone, sim) => {
  await sim.verb('set', { 'sip.party.lasts': '20s' });
  await phone.register();
  const call = await phone.call(PARTY, advance(sim, '2s'));
  await event(sim, { op: 'call.answer' });
  await sim.verb('advance', { by: '20s' });
  await call.ended;
  await event(sim, { op: 'call.end' });
});

story('is called, answers and hangs up', async (phone, sim) => {
  await phone.register();
  await sim.verb('ring-user', { user: '101', from: '+13035550199' });
  const call = await (await phone.incoming()).answer();
  await event(sim, { op: 'call.answer' });
  if (call.rtc) same((await call.rtc()).signaling, 'stable', 'WebRTC');
  await call.hangup();
  await call.ended;
  same((await event(sim, { op: 'call.end' })).reason, 'a phone hung up', 'reason');
});

story('is called, answers and is hung up on', async (phone, sim) => {
  await phone.register();
  await sim.verb('ring-user', { user: '101', lasts: '20s' });
  const call = await (await phone.incoming()).answer();
  await event(sim, { op: 'call.answer' });
  await sim.verb('advance', { by: '20s' });
  await call.ended;
  await event(sim, { op: 'call.end' });
});

story('holds and takes back', async (phone, sim) => {
  await phone.register();
  const call = await phone.call(PARTY, advance(sim, '2s'));
  await event(sim, { op: 'call.answer' });
  const before = (await sim.journal({ op: 'sip.invite' })).length;
  await call.hold();
  await call.unhold();
  const invites = await sim.journal({ op: 'sip.invite' });
  same(invites.length, before + 2, 'INVITEs');
  same((await sim.journal({ op: 'sip.invite', status: '>=400' })).length, 1, 'the 407 alone');
  await call.hangup();
  await call.ended;
});

test('softphone: trusts the authority that serve writes', {}, async (sim) => {
  await trusting(sim, sim.caFile);
  same((await event(sim, { op: 'sip.register', status: '200' })).transport, 'tls', 'transport');
});

test('softphone: without the authority it does not connect', {}, async (sim) => {
  const error = await refused(() => trusting(sim, ''));
  same(/UNABLE_TO_VERIFY|unable to (verify|get)/i.test(error.message), true, error.message);
  same((await sim.journal({ op: 'sip.register' })).length, 0, 'registrations');
});

test('softphone: dials digits, which are heard', {}, async (sim) => {
  const phone = await openSoftphone(sim);
  try {
    await phone.register();
    const call = await phone.call(PARTY, advance(sim, '2s'));
    for (const digit of '19#') {
      call.session.sendDTMF(digit);
      await event(sim, { op: 'media.dtmf', digits: digit });
    }
    await call.hangup();
    await call.ended;
    same((await event(sim, { op: 'media.leg' })).digits, '19#', 'digits of the leg');
  } finally {
    phone.close();
  }
});

test('softphone: hears itself: SRTP both ways', {}, async (sim) => {
  const phone = await openSoftphone(sim);
  try {
    await phone.register();
    const call = await phone.call(PARTY, advance(sim, '2s'));
    const heard = new Promise((resolve) => call.session.once('audioPacket', resolve));
    call.session.streamAudio(Buffer.alloc(64000, 1));
    await heard;
    await call.hangup();
    await call.ended;
    same((await event(sim, { op: 'media.leg' })).audio, 'both', 'ways');
  } finally {
    phone.close();
  }
});

test('softphone: is told that the other side is busy', {}, async (sim) => {
  await sim.verb('set-party', { number: '*', does: 'busy' });
  const phone = await openSoftphone(sim);
  try {
    await phone.register();
    const session = await phone.progress(PARTY);
    const busy = new Promise((resolve) => session.once('busy', resolve));
    await sim.verb('advance', { by: '5s' });
    await busy;
    same((await event(sim, { op: 'call.end' })).status, 486, 'status');
  } finally {
    phone.close();
  }
});

test('softphone: gives up before it is answered', {}, async (sim) => {
  const phone = await openSoftphone(sim);
  try {
    await phone.register();
    const session = await phone.progress(PARTY);
    await session.cancel();
    same((await event(sim, { op: 'call.end' })).status, 487, 'status');
  } finally {
    phone.close();
  }
});

test('softphone: declines', {}, async (sim) => {
  const phone = await openSoftphone(sim);
  try {
    await phone.register();
    await sim.verb('ring-user', { user: '101' });
    await (await phone.incoming()).decline();
    await event(sim, { op: 'sip.invite', direction: 'out', status: '603' });
    await event(sim, { op: 'call.end' });
  } finally {
    phone.close();
  }
});

test('softphone: the backup proxy serves when the first is gone', {}, async (sim) => {
  const first = await openSoftphone(sim);
  await first.register();
  await sim.verb('stop-proxy', { proxy: 'a' });
  const second = await openSoftphone(sim, 1);
  try {
    await second.register();
    await sim.verb('ring-user', { user: '101' });
    const call = await (await second.incoming()).answer();
    same((await event(sim, { op: 'sip.invite', direction: 'out', status: '200' })).proxy, 'b', 'proxy');
    await call.hangup();
    await call.ended;
  } finally {
    first.close();
    second.close();
  }
});

test('web-phone: the backup proxy serves when the first is gone', {}, async (sim) => {
  const phone = await openWebPhone(sim);
  await phone.register();
  await sim.verb('stop-proxy', { proxy: 'a' });
  await phone.closed();
  await phone.useBackup();
  await sim.verb('ring-user', { user: '101' });
  const call = await (await phone.incoming()).answer();
  same((await event(sim, { op: 'sip.invite', direction: 'out', status: '200' })).proxy, 'b', 'proxy');
  await call.hangup();
  await call.ended;
  await phone.close();
});

test('web-phone: an instance too many is told so', {}, async (sim) => {
  const phones = [];
  for (let i = 0; i < 6; i++) phones.push(await openWebPhone(sim));
  for (const phone of phones.slice(0, 5)) await phone.register();
  const error = await refused(() => phones[5].register());
  same(error.message.includes('603 Too Many Contacts'), true, error.message);
  for (const phone of phones) await phone.close();
});

story('transfers blindly', async (phone, sim) => {
  await phone.register();
  const call = await phone.call(PARTY, advance(sim, '2s'));
  await event(sim, { op: 'call.answer' });
  const done = call.transfer('12125550177');
  await event(sim, { op: 'sip.refer', status: '202' });
  await sim.verb('advance', { by: '2s' });
  await done;
  await call.ended;
});

function withWebPhone(name, fn) {
  test(`web-phone: ${name}`, {}, async (sim) => {
    const phone = await openWebPhone(sim);
    await phone.register();
    await fn(phone, sim);
    await phone.close();
  });
}

withWebPhone('transfers after asking', async (phone, sim) => {
  const call = await phone.call(PARTY, advance(sim, '2s'));
  await event(sim, { op: 'call.answer' });
  const warm = await call.warmTransfer('12125550177', advance(sim, '2s'));
  await event(sim, { op: 'call.answer' }, 2);
  await warm.complete();
  await call.ended;
});

withWebPhone('declines', async (phone, sim) => {
  await sim.verb('ring-user', { user: '101' });
  await (await phone.incoming()).decline();
  await event(sim, { op: 'sip.message', status: '200' });
  await event(sim, { op: 'call.end' });
});

withWebPhone('sends a caller to voicemail', async (phone, sim) => {
  await sim.verb('ring-user', { user: '101' });
  await (await phone.incoming()).toVoicemail();
  await event(sim, { op: 'sip.message', status: '200' });
});

withWebPhone('sends a caller to another number', async (phone, sim) => {
  await sim.verb('ring-user', { user: '101' });
  await (await phone.incoming()).forward('12125550177');
  await event(sim, { op: 'sip.message', status: '200' });
});

withWebPhone('records by command', async (phone, sim) => {
  const call = await phone.call(PARTY, advance(sim, '2s'));
  await event(sim, { op: 'call.answer' });
  for (const name of ['startRecording', 'stopRecording']) {
    same((await call.command(name)).code, 0, name);
  }
  await call.hangup();
  await call.ended;
});
