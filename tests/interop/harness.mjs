// A simulator per test, TAP on stdout, and what the suites share.
import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.env.MOCKRC_PROGRAM ?? join(root, 'build/release/bin/mockrc');
const LIMIT_MS = 60000;
const tests = [];
const closers = [];

// `fn(sim)` gets a fresh simulator: its env file's content and some ways to its control interface.
export const test = (name, options, fn) => tests.push({ name, options, fn });
// A longer story: `open(sim)` begins it, and each of `checks`, [label, fn(story)], is told as a test of
// its own, in order; `story.close()` ends it. A check that fails does not end the story.
export const walk = (name, options, open, checks) => tests.push({ name, options, open, checks });
// Something to be closed when all tests have run.
export const atEnd = (fn) => closers.push(fn);

async function until(what, limitMs, look) {
  for (const end = Date.now() + limitMs; Date.now() < end; await delay(5)) {
    const found = look();
    if (found) return found;
  }
  throw new Error(`${what} did not come within ${limitMs} ms`);
}

// What a command of the program that is no server prints, as JSON.
export const told = (...args) =>
  JSON.parse(execFileSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 }));

// The env file's content; it is written whole before the ready file is.
function readEnv(folder) {
  try {
    readFileSync(join(folder, 'ready'));
    return JSON.parse(readFileSync(join(folder, 'env.json'), 'utf8'));
  } catch {
    return null;
  }
}

async function startSim(options) {
  const folder = mkdtempSync(join(tmpdir(), 'mockrc-interop-'));
  const args = ['serve', '--port', '0', '--sip-port', '0', '--clock', 'frozen', '--quiet',
    '--start', '2026-01-05T09:00:00Z', '--fixture', options.fixture ?? 'acme-rc',
    '--rate-limits', options.limits ?? 'off',
    '--ca-file', join(folder, 'ca.pem'),
    '--env-file', join(folder, 'env.json'), '--ready-file', join(folder, 'ready'),
    ...options.flags ?? []];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const env = await until('the simulator', 30000, () => {
      if (child.exitCode !== null) throw new Error(`mockrc ended with ${child.exitCode}`);
      return readEnv(folder);
    });
    return { ...env, ...control(env.adminUrl), stop, servers: [] };
  } catch (error) {
    await stop();
    throw error;
  }
}

function control(adminUrl) {
  const answer = async (reply) => {
    const text = await reply.text();
    if (!reply.ok) throw new Error(`control: ${reply.status} ${text}`);
    return JSON.parse(text);
  };
  return {
    verb: async (name, args) => answer(await fetch(`${adminUrl}/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(args),
    })),
    world: async () => answer(await fetch(`${adminUrl}/world`)),
    // The events that match, oldest first.
    journal: async (terms) =>
      (await answer(await fetch(`${adminUrl}/journal?${new URLSearchParams(terms)}`))).events,
  };
}

// A client's redirect address on a free port, registered with the app; open until the test ends.
export async function landing(sim) {
  const server = createServer((request, reply) => reply.end('<title>back</title>back'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  sim.servers.push(server);
  const uri = `http://127.0.0.1:${server.address().port}/cb`;
  await sim.verb('set-app', { redirect: uri });
  return uri;
}

export function same(seen, wanted, what) {
  if (seen !== wanted) {
    throw new Error(`${what}: wanted ${JSON.stringify(wanted)}, saw ${JSON.stringify(seen)}`);
  }
}

// The error that `fn` ends with; it must.
export async function refused(fn) {
  try {
    await fn();
  } catch (error) {
    return error;
  }
  throw new Error('it was not refused');
}

async function within(limitMs, what) {
  const timer = new AbortController();
  const limit = delay(limitMs, null, { signal: timer.signal }).then(
    () => { throw new Error(`not done within ${limitMs} ms`); }, () => {});
  try {
    await Promise.race([what(), limit]);
  } finally {
    timer.abort();
  }
}

async function withSim(options, fn) {
  const sim = await startSim(options);
  try {
    await fn(sim);
  } finally {
    for (const server of sim.servers) {
      server.close();
      server.closeAllConnections();
    }
    await sim.stop();
  }
}

const runOne = ({ options, fn }) => withSim(options, (sim) => within(LIMIT_MS, () => fn(sim)));

// Tells every check; one whose story did not even begin is told with why.
async function runWalk({ options, open, checks }, tell) {
  let told = 0;
  const tellRest = (error) => {
    for (; told < checks.length; told++) tell(checks[told][0], error);
  };
  try {
    await withSim(options, async (sim) => {
      let story;
      await within(LIMIT_MS, async () => { story = await open(sim); });
      try {
        for (const [label, fn] of checks) {
          const failure = await within(LIMIT_MS, () => fn(story)).then(() => null, (e) => e);
          told++;
          tell(label, failure);
        }
      } finally {
        await story.close();
      }
    });
  } catch (error) {
    tellRest(error);
  }
}

const nameOf = (one, label) => (label ? `${one.name}: ${label}` : one.name);
const isChosen = (one, words) => !words.length || words.some((w) => one.name.includes(w));

// All whose name holds one of the words; returns the exit status.
export async function run(words) {
  const chosen = tests.filter((one) => isChosen(one, words));
  const count = chosen.reduce((sum, one) => sum + (one.checks?.length ?? 1), 0);
  let failed = 0, number = 0;
  const tell = (name, error) => {
    console.log(`${error ? 'not ok' : 'ok'} ${++number} - ${name}`);
    if (!error) return;
    failed++;
    for (const line of String(error.stack ?? error).split('\n')) console.log(`# ${line}`);
  };
  console.log(`1..${count}`);
  for (const one of chosen) {
    if (one.checks) await runWalk(one, (label, error) => tell(nameOf(one, label), error));
    else tell(nameOf(one), await runOne(one).then(() => null, (error) => error));
  }
  for (const close of closers) await close();
  console.log(`# ${count - failed} passed, ${failed} failed`);
  return failed || !count ? 1 : 0;
}
