// rc-client's page as a program: started on a free port with a store of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const program = process.env.RC_CLIENT_PROGRAM ?? join(root, 'build/release/bin/rc-client');

export const user = 'tenant-admin';
export const password = 'Not-the-provider-1';

// A port that is free now and that the kernel gives nobody by chance meanwhile: it is used again
// after a restart, so it lies below the range for port 0.
let nextPort = 20000 + ((process.pid * 7) % 12000);

async function freePort() {
  for (;;) {
    const port = nextPort;
    nextPort = nextPort < 32000 ? nextPort + 1 : 20000;
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

// Begins nothing by itself: every probe, registration and transfer is asked for.
const quiet = ['--probe-seconds', '0', '--register-seconds', '0', '--sync-seconds', '0',
  '--events', 'off'];

export class Tenant {
  // `options` hold from one start to the next.
  constructor(sim, form, options = []) {
    this.sim = sim;
    this.form = form;
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'tenant-interop-'));
    this.log = '';
  }

  // From now on over HTTPS, with a certificate of the test.
  secure() {
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(this.folder, name));
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
      '-nodes', '-days', '2', '-subj', '/CN=tenant', '-addext', 'subjectAltName=IP:127.0.0.1',
      '-out', cert, '-keyout', key], { stdio: 'ignore' });
    this.options = [...this.options, '--tls-cert', cert, '--tls-key', key];
    this.isTls = true;
    return this;
  }

  async open(options = []) {
    this.port ??= await freePort();
    this.url = `${this.isTls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
    const callback = `${this.url}/oauth/callback`;
    const ready = join(this.folder, 'ready');
    const env = join(this.folder, 'env.json');
    rmSync(ready, { force: true });
    // The connection is the vendor's part; the SIP fields are for the admin to type.
    writeFileSync(env, JSON.stringify({ ...this.sim, sip: undefined, sipBackup: undefined }));
    await this.sim.verb('set-app', { redirect: callback });
    this.child = spawn(program, ['serve', '--db', join(this.folder, 'store.db'),
      '--env-file', env, '--redirect-uri', callback, '--form', this.form, '--ready-file', ready,
      '--admin-user', user, '--admin-password-env', 'TENANT_PASSWORD',
      '--clock', `${this.sim.adminUrl}/clock`, '--sip-timeout-ms', '500', ...quiet, ...this.options, ...options],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, TENANT_PASSWORD: password } });
    this.child.stderr.on('data', (data) => { this.log += data; });
    this.gone = new Promise((resolve) => this.child.once('exit', resolve));
    for (const end = Date.now() + 30000; Date.now() < end; await delay(5)) {
      if (this.child.exitCode !== null) throw new Error(`rc-client ended: ${this.log}`);
      try {
        if (readFileSync(ready, 'utf8').endsWith('\n')) return this;
      } catch { /* not yet */ }
    }
    throw new Error(`rc-client did not get ready: ${this.log}`);
  }

  async stop() {
    this.child.kill('SIGTERM');
    const code = await this.gone;
    if (code !== 0) throw new Error(`rc-client ended with ${code}: ${this.log}`);
  }

  async again(options = []) {
    await this.stop();
    await this.open(options);
  }

  // Every byte the tenant keeps.
  kept() {
    return readdirSync(this.folder).filter((name) => name.startsWith('store'))
      .map((name) => readFileSync(join(this.folder, name), 'latin1')).join('');
  }

  async close() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
