// An admin at a browser: the tenant's pages and the provider's, by labels, buttons and links.
import { setTimeout as delay } from 'node:timers/promises';
import { browserOf, leads, shot } from '../browser.mjs';
import { same } from '../harness.mjs';
import { Tenant, password, user } from './tenant.mjs';

const WAIT_MS = 30000;

export class Story {
  // `browser` as playwright's newContext takes it, over a desktop's size.
  static async open(sim, form, browser = {}, options = []) {
    const story = new Story();
    Object.assign(story, { sim, form, providerPassword: sim.password });
    story.tenant = new Tenant(sim, form, options);
    if (browser.ignoreHTTPSErrors) story.tenant.secure();
    await story.tenant.open();
    story.context = await (await browserOf()).newContext({
      viewport: { width: 1280, height: 900 }, ...browser,
    });
    story.posted = [];
    story.complaints = [];
    story.words = new Set();
    story.context.on('request', (request) => story.note(request));
    story.page = await story.tab();
    return story;
  }

  // Another tab of the same browser.
  async tab() {
    const page = await this.context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('console', (message) => {
      // A refused form is told with 4xx, and a browser remarks that it asks only those who touched
      // the page: no fault of the page.
      if (!/status of 4\d\d|^Blocked attempt to show a 'beforeunload'/.test(message.text()))
        this.complaints.push(message.text());
    });
    return page;
  }

  // What `fn` does happens in that tab.
  async inTab(page, fn) {
    const before = this.page;
    this.page = page;
    await fn();
    this.page = before;
  }

  note(request) {
    const url = request.url();
    if (url.startsWith(this.tenant.url)) this.posted.push(`${url} ${request.postData() ?? ''}`);
    else if (!url.startsWith(this.sim.restUrl)) this.complaints.push(`elsewhere: ${url}`);
  }

  async close() {
    await this.context.close();
    await this.tenant.close();
  }

  shot(name) {
    return shot(this.page, `tenant-${this.form}-${this.sim.brand}-${name}`);
  }

  async goto(path) {
    await this.page.goto(`${this.tenant.url}${path}`);
  }

  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  button(name) {
    return this.page.getByRole('button', { name, exact: true });
  }

  caption() {
    return this.form === 'a' ? 'Target Platform' : 'Target Platform Configuration';
  }

  async logIn() {
    await this.field('Username').fill(user);
    await this.field('Password').fill(password);
    await this.button('Login').click();
    await this.button('Log out').waitFor();
  }

  async openWindow() {
    await this.page.getByRole('link', { name: this.caption(), exact: true }).click();
    await this.page.getByRole('heading', { name: 'Platform Settings' }).waitFor();
  }

  async status() {
    const word = (await this.page.locator('#auth-status').innerText()).trim();
    this.words.add(word);
    return word;
  }

  // Types the SIP part; `fields` over what the simulator provisions.
  async fill(fields = {}) {
    const { sip, sipBackup } = this.sim;
    await this.field('SIP Domain').fill(fields.domain ?? `${sip.domain}:5060`);
    await this.field('Outbound Proxy').fill(fields.proxy ?? sip.udp);
    if (this.form === 'a')
      await this.field('Secondary Outbound Proxy').fill(fields.secondary ?? sipBackup.udp);
  }

  async saveAndOk() {
    await this.button('Save').click();
    await this.button('OK').click();
    await this.page.getByText('Saved. These settings are in force.').waitFor();
  }

  // The provider's pages up to consent, from wherever Authenticate led.
  async signIn() {
    await this.page.getByLabel('Email or phone number').fill(this.sim.username);
    await this.button('Next').click();
    await this.page.getByLabel('Password').fill(this.providerPassword);
    await this.button('Sign in').click();
    await this.page.getByRole('heading', { name: 'Access Request' }).waitFor();
  }

  async comeBack(button = 'Authorize') {
    await this.button(button).click();
    await this.page.waitForURL(`${this.tenant.url}/**`);
  }

  async authenticate() {
    await this.button('Authenticate').click();
    await this.signIn();
    await this.comeBack();
  }

  async checkNow() {
    await this.goto('/platform');
    for (let said = ''; said !== 'Checked just now.';) { // on a busy machine: "Still checking"
      await leads(this.page, () => this.button('Check now').click());
      said = await this.page.getByText(/^(Checked just now\.|Still checking)/).innerText();
    }
    return this.status();
  }

  // Asks for work on a page and waits until `done` holds there.
  async work(path, button, done) {
    await this.goto(path);
    await this.button(button).click();
    await this.until(path, done);
  }

  async until(path, done) {
    for (const end = Date.now() + WAIT_MS; ; await delay(100)) {
      await this.goto(path);
      const text = await this.page.locator('main').innerText();
      if (done(text)) return text;
      if (Date.now() > end) throw new Error(`${path} did not get there: ${text}`);
    }
  }

  // The journal's last event, to look from there on.
  async mark() {
    const events = await this.sim.journal({ limit: 10000 });
    return events.at(-1)?.seq ?? 0;
  }

  async since(mark, terms) {
    return (await this.sim.journal({ ...terms, limit: 10000 })).filter((e) => e.seq > mark);
  }

  // The answer to a leave with unsaved entries: whether the browser asked.
  async leave(click) {
    const before = this.page.url();
    let stay;
    const asked = new Promise((resolve) => {
      stay = async (dialog) => {
        await dialog.dismiss();
        resolve(dialog.type() === 'beforeunload');
      };
    });
    this.page.on('dialog', stay);
    const left = this.page.waitForURL((url) => url.href !== before).then(() => false, () => false);
    await click();
    const has_asked = await Promise.race([asked, left]);
    this.page.off('dialog', stay);
    return has_asked;
  }

  complaintsAreNone() {
    same(this.complaints.join('; '), '', 'complaints of the browser');
  }
}
