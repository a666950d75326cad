// ringcentral-softphone, unmodified: SIP over TLS in this process, with real SRTP.
import Softphone from 'ringcentral-softphone';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { existingPhone } from './provision.mjs';

const trustingScript = fileURLToPath(new URL('./trusting.mjs', import.meta.url));

const optionsOf = (info, proxy) => ({
  domain: info.domain,
  outboundProxy: info.proxies[proxy],
  username: info.username,
  password: info.password,
  authorizationId: info.authorizationId,
  codec: 'PCMU/8000',
});

// Registers in a process that trusts `caFile` beside the usual authorities, and no more.
export async function trusting(sim, caFile) {
  const options = JSON.stringify(optionsOf(await existingPhone(sim), 0));
  await promisify(execFile)(process.execPath, [trustingScript, options], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: caFile },
  });
}

const wrap = (session) => ({
  session,
  // Listens at once: it may be over before anybody asks.
  ended: once(session, 'disposed'),
  hangup: () => session.hangup(),
  hold: () => session.hold(),
  unhold: () => session.unhold(),
  transfer: (number) => session.transfer(number),
});

// `proxy`: which of the two proxies. The certificate is looked at in a test of its own.
export async function openSoftphone(sim, proxy = 0) {
  const info = await existingPhone(sim);
  const phone = new Softphone({ ...optionsOf(info, proxy), ignoreTlsCertErrors: true });
  const calls = [], takers = [];
  phone.on('invite', (invite) => {
    const call = {
      answer: async () => wrap(await phone.answer(invite)),
      decline: () => phone.decline(invite),
    };
    if (takers.length) takers.shift()(call);
    else calls.push(call);
  });
  return {
    transport: 'tls',
    register: () => phone.register(),
    // Once the other side has answered. `advance` makes it.
    call: async (number, advance) => {
      const session = await phone.call(number);
      const answered = once(session, 'answered');
      await advance();
      await answered;
      return wrap(session);
    },
    progress: (number) => phone.call(number),
    incoming: () =>
      calls.length ? Promise.resolve(calls.shift()) : new Promise((take) => takers.push(take)),
    close: () => phone.revoke(),
  };
}
