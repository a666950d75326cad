// Bad input, in every field of both forms: a clear message beside the field, nothing stored.
import { same, walk } from '../harness.mjs';
import { Story } from './story.mjs';

const bad = [
  ['ten thousand characters', 'a'.repeat(10000), /^Longer than \d+ characters/],
  ['Unicode', 'pröxy.example:5090', /cannot stand in a host name/],
  ['a character that nobody sees', 'proxy\u200b.example:5090', /^An invisible character \(U\+200B\)/],
  ['a port out of range', 'host:99999', /^Port 99999 is not between 1 and 65535/],
  ['a script', '<script>document.title="taken"</script>', /cannot stand here/],
  ['spaces', 'a host:5090', /^A space inside/],
  ['IPv6 without brackets', '2001:db8::1', /stands in brackets/],
  ['several proxies', 'a.example:5090,b.example:5090', /^Several values/],
];

const fields = {
  a: [['SIP Domain', 'sip_domain'], ['Outbound Proxy', 'proxy'],
    ['Secondary Outbound Proxy', 'secondary']],
  b: [['SIP Domain', 'sip_domain'], ['Outbound Proxy', 'proxy']],
};

async function refused(s, [label, key], [what, value, message]) {
  await s.goto('/platform');
  await s.fill();
  await s.field(label).fill(value);
  await s.button('Save').click();
  const error = s.page.locator(`#${key}-error`);
  const text = await error.innerText();
  same(message.test(text), true, `${label}, ${what}: "${text.slice(0, 120)}"`);
  const [above, below] = [await s.field(label).boundingBox(), await error.boundingBox()];
  same(below.y - above.y - above.height < 24, true, `${label}, ${what}: beside the field`);
  same(await s.field(label).getAttribute('aria-invalid'), 'true', `${label}: told to a reader`);
  same(await s.field(label).inputValue(), value, `${label}: what was typed stays`);
  same(await s.page.title() !== 'taken', true, 'nothing typed runs');
  same(await s.page.getByRole('dialog').count(), 0, 'Confirm Changes does not open');
  const width = await s.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  same(width <= 0, true, `${label}, ${what}: the page stays as wide as the window`);
  same(s.tenant.kept().includes(value.slice(0, 300)), false, `${label}, ${what}: not stored`);
}

for (const form of ['a', 'b']) {
  walk(`tenant: bad input in form ${form}`, { fixture: 'acme-rc' },
    (sim) => Story.open(sim, form), [
      ['log in', async (s) => {
        await s.goto('/platform');
        await s.logIn();
      }],
      ...fields[form].map((field) => [`${field[0]}: ${bad.length} wrong values`, async (s) => {
        for (const row of bad) await refused(s, field, row);
        await s.shot(`bad-${field[1]}`);
      }]),
      ['an IPv6 address in brackets is taken', async (s) => {
        await s.goto('/platform');
        await s.fill({ proxy: '[2001:db8::1]:5090' });
        await s.saveAndOk();
        same(await s.field('Outbound Proxy').inputValue(), '[2001:db8::1]:5090', 'in force');
        s.complaintsAreNone();
      }],
    ]);
}
