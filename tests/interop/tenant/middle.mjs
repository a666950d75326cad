// What comes in between: two tabs, double clicks, back, reload, a log-in that ends, a refusal.
import { same, walk } from '../harness.mjs';
import { Story } from './story.mjs';
import { password, user } from './tenant.mjs';

const live = async (s, label) => {
  await s.goto('/platform');
  return s.field(label).inputValue();
};

// In another tab; that one ends by its own age too is a test of the page's modules.
async function endLogIn(s) {
  const tab = await s.tab();
  await s.inTab(tab, async () => {
    await s.goto('/help');
    await s.button('Log out').click();
    await s.field('Username').waitFor();
  });
  await tab.close();
}

async function logInAgain(s) {
  await s.field('Username').fill(user);
  await s.field('Password').fill(password);
  await s.button('Login').click();
}

const checks = [
  ['Save and OK clicked twice save once', async (s) => {
    await s.goto('/platform');
    await s.logIn();
    await s.fill();
    await s.authenticate();
    await s.button('Save').dblclick();
    await s.button('OK').dblclick();
    await s.page.getByText('Saved. These settings are in force.').waitFor();
    same(await live(s, 'Outbound Proxy'), s.sim.sip.udp, 'proxy');
    same(await s.page.locator('#unsaved').count(), 0, 'unsaved changes');
  }],
  ['the back button after OK shows what is true', async (s) => {
    await s.field('SIP Domain').fill('other.example');
    await s.saveAndOk();
    await s.page.goBack();
    same(await s.page.getByRole('dialog').count(), 0, 'an old window');
    await s.goto('/platform');
    same(await s.field('SIP Domain').inputValue(), 'other.example', 'in force');
  }],
  ['back from the provider keeps what was typed', async (s) => {
    await s.field('SIP Domain').fill('typed.example');
    await s.button('Authenticate').click();
    await s.page.getByLabel('Email or phone number').waitFor();
    await s.page.goBack();
    await s.page.getByRole('heading', { name: 'Platform Settings' }).waitFor();
    await s.page.reload();
    same(await s.field('SIP Domain').inputValue(), 'typed.example', 'typed');
    await s.button('Discard changes').click();
    same(await s.field('SIP Domain').inputValue(), 'other.example', 'in force');
  }],
  ['a reload of Confirm Changes shows it again, and saves nothing', async (s) => {
    await s.field('SIP Domain').fill('third.example');
    await s.button('Save').click();
    await s.page.getByRole('dialog', { name: 'Confirm Changes' }).waitFor();
    await s.page.reload();
    await s.page.getByRole('dialog', { name: 'Confirm Changes' }).waitFor();
    await s.button('Cancel').click();
    await s.button('Discard changes').click();
    same(await s.field('SIP Domain').inputValue(), 'other.example', 'in force');
  }],
  ['a reload of the provider\'s return exchanges nothing twice', async (s) => {
    const mark = await s.mark();
    await s.authenticate();
    const returned = s.posted.findLast((sent) => sent.includes('/oauth/callback?'));
    await s.page.goto(returned.trim());
    await s.page.reload();
    same(await s.status(), 'Authenticated', 'status');
    same(await s.page.getByRole('alert').count(), 0, 'alerts');
    const codes = (await s.since(mark, { op: 'oauth.token' }))
      .filter((e) => e.grant_type === 'authorization_code');
    same(codes.length, 1, 'exchanges');
    await s.button('Discard changes').click();
  }],
  ['two tabs do not undo each other', async (s) => {
    const tab = await s.tab();
    await s.inTab(tab, async () => {
      await s.goto('/platform');
    });
    await s.field('SIP Domain').fill('first.example');
    await s.saveAndOk();
    await s.inTab(tab, async () => { // opened before that
      await s.field('Outbound Proxy').fill('second.example:5090');
      await s.saveAndOk();
      same(await s.field('SIP Domain').inputValue(), 'first.example', 'the other tab\'s value');
    });
    await tab.close();
  }],
  ['two tabs that change one field: the later is told first', async (s) => {
    const tab = await s.tab();
    await s.goto('/platform');
    await s.inTab(tab, () => s.goto('/platform'));
    await s.field('Outbound Proxy').fill('third.example:5090');
    await s.saveAndOk();
    await s.inTab(tab, async () => {
      await s.field('Outbound Proxy').fill('fourth.example:5090');
      await s.button('Save').click();
      await s.page.getByText('Somebody else changed this to "third.example:5090"').waitFor();
      await s.shot('two-tabs');
    });
    same(await live(s, 'Outbound Proxy'), 'third.example:5090', 'in force');
    await tab.close();
  }],
  ['a declined access request leaves the old grant in force', async (s) => {
    await s.fill();
    await s.saveAndOk();
    await s.button('Authenticate').click();
    await s.signIn();
    await s.comeBack('Decline');
    await s.page.getByText('Consent declined').first().waitFor();
    await s.shot('declined');
    await s.work('/transfer', 'Transfer now', (text) => /Last transfer: \d+ records/.test(text));
  }],
  ['a wrong value is told beside its field and not saved', async (s) => {
    await s.goto('/platform');
    await s.field('Outbound Proxy').fill('host:99999');
    await s.button('Save').click();
    const field = s.field('Outbound Proxy');
    const error = s.page.locator('#proxy-error');
    same(await error.innerText(), 'Port 99999 is not between 1 and 65535.', 'message');
    const [above, below] = [await field.boundingBox(), await error.boundingBox()];
    same(below.y - above.y - above.height < 20, true, 'beside it');
    same(await field.getAttribute('aria-invalid'), 'true', 'told to a screen reader');
    same(await field.inputValue(), 'host:99999', 'typed');
    same(await live(s, 'Outbound Proxy'), s.sim.sip.udp, 'in force');
  }],
  ['a log-in that ended gives the entries back', async (s) => {
    await s.goto('/platform');
    await s.field('SIP Domain').fill('kept.example');
    await endLogIn(s);
    await s.button('Save').click();
    await s.page.getByText('Nothing was saved; log in and your entries are back.').waitFor();
    await s.shot('ended');
    await logInAgain(s);
    await s.page.getByText('Welcome back.').waitFor();
    same(await s.field('SIP Domain').inputValue(), 'kept.example', 'typed');
    await s.saveAndOk();
  }],
  ['a log-in that ended at the provider finds the result behind it', async (s) => {
    await s.button('Authenticate').click();
    await s.signIn();
    await endLogIn(s);
    await s.button('Authorize').click();
    await s.page.getByText('What came back was kept').waitFor();
    await logInAgain(s);
    await s.page.getByRole('heading', { name: 'Platform Settings' }).waitFor();
    same(await s.status(), 'Authenticated', 'status');
    await s.page.getByText('Authorized, not saved.').waitFor();
    s.complaintsAreNone();
  }],
];

walk('tenant: in the middle', { fixture: 'acme-aco' }, (sim) => Story.open(sim, 'a'), checks);
