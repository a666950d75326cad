// The page at /__admin: what the simulator is doing now, what it can be made to do, and its journal.
// It uses the same reads and verbs as everybody else. Nothing here is needed for the lists below it.
'use strict';

const BASE = '/__admin';
const ROWS_MAX = 300; // of the journal kept on the page
const WAIT_S = 20;
const $ = (id) => document.getElementById(id);

const token = () => sessionStorage.getItem('token');

// An element: el('td', 'text'), el('button', 'Stop', { onclick: f }).
function el(name, text, more) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  return Object.assign(element, more);
}

async function ask(path, body) {
  const headers = token() ? { Authorization: `Bearer ${token()}` } : {};
  const reply = await fetch(`${BASE}/${path}`, body === undefined ? { headers } :
    { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const text = await reply.text();
  if (reply.status === 401) $('login').hidden = false;
  let said;
  try { said = JSON.parse(text); } catch { said = { error: text }; }
  if (!reply.ok) throw new Error(said.error ?? `${reply.status}`);
  return said;
}

function tell(text, isBad) {
  $('said').textContent = text;
  $('said').className = isBad ? 'bad' : '';
}

async function act(verb, args) {
  try {
    tell(`${verb}: ${JSON.stringify(await ask(verb, args))}`);
  } catch (error) {
    tell(`${verb}: ${error.message}`, true);
  }
  await look();
}

const button = (caption, verb, args) =>
  el('button', caption, { type: 'button', onclick: () => act(verb, args) });

function row(cells) {
  const line = el('tr');
  for (const cell of cells) {
    const td = el('td');
    td.append(...[cell].flat());
    line.append(td);
  }
  return line;
}

const fill = (id, rows, nothing) =>
  $(id).replaceChildren(...rows.length ? rows : [el('tr', nothing, { className: 'none' })]);

// --- now ---

function showClock(clock) {
  $('time').textContent = `${clock.now.replace('T', ' ').replace(/\..*/, '')} UTC`;
  $('mode').textContent = clock.mode === 'scaled' ? `${clock.scale} times as fast` : clock.mode;
  const isFrozen = clock.mode === 'frozen';
  $('clock').replaceChildren(
    button('+1 min', 'advance', { by: '1m' }), button('+1 h', 'advance', { by: '1h' }),
    button('+1 day', 'advance', { by: '1d' }),
    button(isFrozen ? 'Run' : 'Freeze', 'clock', { mode: isFrozen ? 'offset' : 'frozen' }));
}

function showWorld(world) {
  const bound = (proxy) => world.bindings.filter((one) => one.proxy === proxy.name).length;
  $('company').textContent = world.accounts.map((one) => `${one.company}, ${one.brand_name}`).join('; ');
  $('counts').textContent = `${world.users.length} users, ${world.sessions_live} live sessions, ` +
    `${world.bindings.length} registered phones, ${world.call_log_records} call records`;
  fill('proxies', world.proxies.map((one) => row([
    one.name, `${one.region} ${one.secondary ? 'secondary' : 'primary'}`, one.state, `${bound(one)}`,
    one.state === 'up' ? button('Stop', 'stop-proxy', { proxy: one.name }) :
      button('Start', 'start-proxy', { proxy: one.name }),
  ])), 'no proxies');
}

function showFaults(faults) {
  fill('faults', faults.map((one) => row([
    one.name, one.kind, one.match || 'everything', `${one.hits}${one.times ? ` of ${one.times}` : ''}`,
    button('Clear', 'clear-fault', { name: one.name }),
  ])), 'none is armed');
}

async function look() {
  try {
    const [clock, world, faults] = await Promise.all([ask('clock'), ask('world'), ask('faults')]);
    showClock(clock);
    showWorld(world);
    showFaults(faults.faults);
    if ($('now').hidden) $('reference').open = false;
    $('now').hidden = false;
  } catch (error) {
    tell(error.message, true);
  }
}

// --- doing something ---

function showArgs(verb) {
  $('help').textContent = verb.help;
  $('args').replaceChildren(...verb.args.map((one) => {
    const label = el('label', `${one.name}${one.required ? ' *' : ''} `);
    label.append(el('input', undefined, { name: one.name, required: one.required, placeholder: one.wants,
      title: one.help, autocomplete: 'off' }));
    return label;
  }));
}

// Maps and lists are written as JSON, all else as it is.
const valueOf = (text) => (/^[[{]/.test(text) ? JSON.parse(text) : text);

async function prepareVerbs() {
  const { verbs } = await ask('verbs');
  const chosen = () => verbs.find((one) => one.name === $('verb').value);
  $('verb').replaceChildren(...verbs.map((one) => el('option', one.name)));
  $('verb').onchange = () => showArgs(chosen());
  $('do').onsubmit = (event) => {
    event.preventDefault();
    const args = {};
    try {
      for (const input of $('args').querySelectorAll('input'))
        if (input.value) args[input.name] = valueOf(input.value);
    } catch (error) {
      tell(`${chosen().name}: ${error.message}`, true);
      return;
    }
    act(chosen().name, args);
  };
  showArgs(chosen());
}

// --- the journal ---

let terms = '', round = 0;

function showEvent(event) {
  const { story, ...keys } = event;
  const details = el('details');
  const isBad = event.status >= 400 || event.result === 'refused';
  const list = el('dl');
  for (const [key, value] of Object.entries(keys)) list.append(el('dt', key), el('dd', `${value}`));
  details.append(el('summary', story, { className: isBad ? 'bad' : '' }), list);
  $('journal').prepend(details);
  while ($('journal').childElementCount > ROWS_MAX) $('journal').lastElementChild.remove();
}

// One round of following; another filter begins another round.
async function follow(mine) {
  let next = null;
  while (mine === round) {
    try {
      const where = next === null ? 'last=50' : `from=${next}`;
      const page = await ask(`journal?format=story&${where}${terms}`);
      if (mine !== round) return;
      page.events.forEach(showEvent);
      next = page.events.length ? page.next : page.last + 1;
      $('dropped').textContent = page.dropped ? `${page.dropped} older events were dropped` : '';
      $('wrong').textContent = '';
      if (page.events.length) await look();
      else await ask(`wait?from=${next}&timeout=${WAIT_S}s${terms}`).catch(() => {});
    } catch (error) {
      $('wrong').textContent = error.message;
      if (next === null) return;
      await new Promise((resolve) => { setTimeout(resolve, 2000); });
    }
  }
}

function filter(event) {
  event?.preventDefault();
  terms = $('terms').value.trim().split(/\s+/).filter(Boolean).map((term) => {
    const at = term.indexOf('=');
    return at < 0 ? `&${encodeURIComponent(term)}=` :
      `&${encodeURIComponent(term.slice(0, at))}=${encodeURIComponent(term.slice(at + 1))}`;
  }).join('');
  $('journal').replaceChildren();
  follow(++round);
}

async function begin() {
  await look();
  if ($('now').hidden) return;
  await prepareVerbs();
  $('filter').onsubmit = filter;
  filter();
}

$('login').onsubmit = (event) => {
  event.preventDefault();
  sessionStorage.setItem('token', $('token').value);
  $('login').hidden = true;
  tell('');
  begin();
};
begin();
