// Debian's Chromium, one for all suites, and screenshots where SHOTS says.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { atEnd } from './harness.mjs';

const shots = process.env.SHOTS;
let browser;

export async function browserOf() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
      '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
      // Where loopback is the only network, there is no other address to send from.
      '--allow-loopback-in-peer-connection'],
  });
  return browser;
}
atEnd(() => browser?.close());

// Does what leads to another page, and waits until that one is there: what is looked for next is not
// found on the page before.
export async function leads(page, act) {
  const arrived = page.waitForEvent('load');
  await act();
  await arrived;
}

export async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}
