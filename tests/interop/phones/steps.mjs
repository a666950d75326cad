// What the stories of phones do alike.

export const PARTY = '12125550199'; // outside: simulated, answers after 2 s of world time

export const advance = (sim, by) => () => sim.verb('advance', { by });

// The last event of that kind, once there are `count`; waits for it.
export async function event(sim, terms, count = 1) {
  for (const end = Date.now() + 20000; ;) {
    const events = await sim.journal(terms);
    if (events.length >= count) return events[events.length - 1];
    if (Date.now() > end) throw new Error(`no event ${JSON.stringify(terms)} came`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
