// Runs every suite and tells the results as TAP.
import { run } from './harness.mjs';
import './sdk.mjs';
import './events.mjs';
import './dashboard.mjs';
import './page.mjs';
import './pages.mjs';
import './contract.mjs';
import './phones/stories.mjs';
import './phones/audio.mjs';
import './phones/sipjs.mjs';
import './tenant/behaviours.mjs';
import './tenant/middle.mjs';
import './tenant/people.mjs';
import './tenant/fields.mjs';
import './tenant/live.mjs';

process.exitCode = await run(process.argv.slice(2));
