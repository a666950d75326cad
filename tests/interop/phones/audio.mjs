// The audio of a browser's phone: ICE, DTLS-SRTP, and what Chromium hears and says over it.
import { same, test } from '../harness.mjs';
import { openSoftphone } from './softphone.mjs';
import { advance, event, PARTY } from './steps.mjs';
import { openWebPhone } from './webphone.mjs';

const G711 = { 'rtp.codecs': 'g711' };

// A call of a browser's phone to somebody simulated, who plays what `knobs` say.
function calling(name, knobs, fn) {
  test(`web-phone audio: ${name}`, {}, async (sim) => {
    await sim.verb('set', { 'rtp.party.plays': 'echo', ...knobs });
    const phone = await openWebPhone(sim);
    await phone.register();
    const call = await phone.call(PARTY, advance(sim, '2s'));
    await event(sim, { op: 'call.answer' });
    await fn(call, sim);
    await call.hangup();
    await call.ended;
    const leg = await event(sim, { op: 'media.leg' });
    same(leg.transport, 'dtls-srtp', 'transport of the leg');
    same(leg.audio, 'both', 'ways');
    same(leg.reason, undefined, 'trouble');
    await phone.close();
  });
}

calling('a tone is heard', { ...G711, 'rtp.party.plays': 'tone' }, async (call) => {
  const seen = await call.audio((at) => at.level > 0.05 && at.heard > 20 && at.said > 20);
  same(seen.ice, 'connected', 'ICE');
  same(seen.state, 'connected', 'DTLS');
  same(seen.codec, 'audio/PCMU', 'codec');
});

calling('it hears itself, in Opus', {}, async (call, sim) => {
  const seen = await call.audio((at) => at.energy > 0 && at.heard > 20); // the fake microphone beeps
  same(seen.codec, 'audio/opus', 'codec');
  same((await event(sim, { op: 'media.start' })).codec, 'opus/48000/2', 'codec of the line');
});

for (const [codec, knobs] of [['Opus', {}], ['G.711', G711]]) {
  calling(`digits it dials are heard, beside ${codec}`, knobs, async (call, sim) => {
    await call.audio((at) => at.state === 'connected');
    for (const digit of '19#') {
      await call.dtmf(digit);
      await event(sim, { op: 'media.dtmf', digits: digit });
    }
    same((await sim.journal({ op: 'media.dtmf' })).length, 3, 'digits');
  });

  // Chromium makes a sound of telephone events.
  const quiet = { ...knobs, 'rtp.party.plays': 'silence' };
  calling(`digits dialled at it are heard, beside ${codec}`, quiet, async (call, sim) => {
    // It rang before; then twenty packets on end are silent.
    const silent = await call.audio((at, before) => {
      const isFurther = at.heard > before.heard + 20, isSilent = at.energy - before.energy < 1e-6;
      if (isFurther) Object.assign(before, at);
      return isFurther && isSilent;
    }, { heard: 0, energy: 0 });
    same((await sim.verb('dtmf', { user: '101', digits: '15' })).phones, 1, 'phones');
    await call.audio((at, before) => at.energy > before.energy + 1e-4, silent);
  });
}

calling('who holds hears nothing, until he comes back', { ...G711, 'rtp.party.plays': 'tone' },
  async (call) => {
    await call.audio((at) => at.heard > 20);
    await call.hold();
    const begins = await call.audio(() => true);
    const holds = await call.audio((at, before) => at.said > before.said + 20, begins);
    same(holds.heard - begins.heard <= 2, true, `${holds.heard - begins.heard} packets heard`);
    await call.unhold();
    await call.audio((at, before) => at.heard > before.heard + 20, holds);
  });

calling('it goes on when the network of the browser changes', G711, async (call, sim) => {
  const before = await call.audio((at) => at.heard > 20);
  const first = await call.restart();
  await call.audio((at, earlier) => at.heard > earlier.heard + 20, before);
  const second = await call.restart();
  same(first !== second, true, `${first} and ${second}, of which none begins anew`);
  const later = await call.audio((at) => at.ice === 'connected' && at.state === 'connected');
  await call.audio((at, earlier) => at.heard > earlier.heard + 20, later);
  const { lines } = await (await fetch(`${sim.adminUrl}/media`)).json();
  same(lines[0].lost, 0, 'packets lost');
});

test('web-phone audio: who is called hears a tone', {}, async (sim) => {
  await sim.verb('set', { ...G711, 'rtp.party.plays': 'tone' });
  const phone = await openWebPhone(sim);
  await phone.register();
  await sim.verb('ring-user', { user: '101' });
  const call = await (await phone.incoming()).answer();
  const seen = await call.audio((at) => at.level > 0.05 && at.said > 20);
  same(seen.codec, 'audio/PCMU', 'codec');
  await call.hangup();
  await call.ended;
  same((await event(sim, { op: 'media.leg' })).audio, 'both', 'ways');
  await phone.close();
});

// A firewall that lets no UDP pass: signalling is fine, and there is no sound.
test('web-phone audio: a network that loses everything', {}, async (sim) => {
  await sim.verb('fault', { match: { op: 'media.start' }, kind: 'impair', loss: 100 });
  const phone = await openWebPhone(sim);
  await phone.register();
  await sim.verb('ring-user', { user: '101' });
  const call = await (await phone.incoming()).answer();
  await event(sim, { op: 'media.start' });
  const seen = await call.audio((at) => at.ice === 'failed' || at.ice === 'disconnected');
  same(seen.heard ?? 0, 0, 'packets heard');
  await call.hangup();
  await call.ended;
  const leg = await event(sim, { op: 'media.leg' });
  same(leg.audio, 'none', 'ways');
  await phone.close();
});

// One over DTLS-SRTP, one over SDES-SRTP, the simulator between them.
test('web-phone audio: two phones of two kinds hear each other', {}, async (sim) => {
  await sim.verb('set', G711);
  const desk = await openSoftphone(sim);
  const phone = await openWebPhone(sim, sim.peer.jwt);
  await desk.register();
  await phone.register();
  const [taken, call] = await Promise.all([
    desk.incoming().then((rings) => rings.answer()), phone.call('101', () => {}),
  ]);
  const heard = new Promise((resolve) => taken.session.once('audioPacket', resolve));
  await heard;
  taken.session.streamAudio(Buffer.alloc(64000, 0x40));
  await call.audio((at) => at.heard > 20);
  await call.dtmf('7');
  await event(sim, { op: 'media.dtmf', digits: '7' });
  await call.hangup();
  await call.ended;
  const legs = (await event(sim, { op: 'media.leg' }, 2), await sim.journal({ op: 'media.leg' }));
  same(legs.map((leg) => leg.transport).sort().join(), 'dtls-srtp,srtp', 'transports');
  same(legs.map((leg) => leg.audio).join(), 'both,both', 'ways');
  await phone.close();
  desk.close();
});

// Opus is passed from one to the other as it is.
test('web-phone audio: two browsers hear each other', {}, async (sim) => {
  const one = await openWebPhone(sim), other = await openWebPhone(sim, sim.peer.jwt);
  await one.register();
  await other.register();
  const [taken, call] = await Promise.all([
    one.incoming().then((rings) => rings.answer()), other.call('101', () => {}),
  ]);
  for (const side of [taken, call]) {
    const seen = await side.audio((at) => at.energy > 0 && at.heard > 20);
    same(seen.codec, 'audio/opus', 'codec');
  }
  await taken.hold();
  const held = await taken.audio(() => true);
  const later = await taken.audio((at, before) => at.said > before.said + 20, held);
  same(later.heard - held.heard <= 2, true, `${later.heard - held.heard} packets heard`);
  await taken.unhold();
  await taken.audio((at, before) => at.heard > before.heard + 20, later);
  await call.hangup();
  await taken.ended;
  await event(sim, { op: 'media.leg' }, 2);
  for (const leg of await sim.journal({ op: 'media.leg' })) {
    same(leg.audio, 'both', 'ways');
    same(leg.codec, 'opus/48000/2', 'codec of the line');
  }
  await one.close();
  await other.close();
});
