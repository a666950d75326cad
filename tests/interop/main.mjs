// Runs every suite and tells the results as TAP.
import { run } from './harness.mjs';
import './sdk.mjs';
import './pages.mjs';
import './tenant/behaviours.mjs';

process.exitCode = await run(process.argv.slice(2));
