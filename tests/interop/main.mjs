// Runs every suite and tells the results as TAP.
import { run } from './harness.mjs';
import './sdk.mjs';
import './pages.mjs';

process.exitCode = await run(process.argv.slice(2));
