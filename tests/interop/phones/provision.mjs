// What a phone asks REST for before it registers.
import { SDK } from '@ringcentral/sdk';

async function platformOf(sim, jwt) {
  const platform = new SDK({
    server: sim.restUrl, clientId: sim.clientId, clientSecret: sim.clientSecret,
  }).platform();
  await platform.login({ jwt });
  return platform;
}

// The Super Admin's existing phone, and the proxies of the account's region for it (sip-info).
export async function existingPhone(sim) {
  const platform = await platformOf(sim, sim.jwt);
  const own = await (await platform.get('/restapi/v1.0/account/~/extension/~/device')).json();
  const device = own.records.find((one) => one.type === 'OtherPhone');
  const reply = await platform.get(`/restapi/v1.0/account/~/device/${device.id}/sip-info`);
  const info = await reply.json();
  return {
    domain: info.domain,
    username: info.userName,
    password: info.password,
    authorizationId: info.authorizationId,
    proxies: info.outboundProxies.filter((one) => one.region === 'NA').map((one) => one.proxyTLS),
  };
}

// A browser's phone of whose grant that is (sip-provision).
export async function webPhone(sim, jwt) {
  const platform = await platformOf(sim, jwt);
  const reply = await platform.post('/restapi/v1.0/client-info/sip-provision', {
    sipInfo: [{ transport: 'WSS' }],
  });
  return (await reply.json()).sipInfo[0];
}
