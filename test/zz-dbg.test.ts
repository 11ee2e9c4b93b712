import { expect, test } from 'vitest';
import { Simulation } from './simulation/simulation.js';
test('x', () => {
  let bad = 0; const kinds = new Map<string, number>();
  const t = performance.now();
  let seed = 0;
  for (; seed < 20000 && bad < 5 && performance.now() - t < 80000; seed++) {
    const simulation = new Simulation(seed);
    try {
      simulation.run();
      expect(simulation.kernel.workTotal, 'work that is left').toBe(0);
      const stuck = [...simulation.kernel.region.runs.values()].filter((run) => run.phase !== 'paused');
      if (stuck.length) throw new Error('stuck ' + stuck.map((r) => r.runId + JSON.stringify(r.calls)).join());
      if (simulation.extensions.some((e) => !e.idle)) throw new Error('busy ext');
      for (const e of simulation.kernel.region.ended.values()) {
        const o = e.outcome; const k = o.kind + (o.kind==='ok' ? '' : o.kind === 'failed' ? o.error.id + o.error.message.slice(0,40): '');
        kinds.set(k, (kinds.get(k) ?? 0) + 1);
      }
    } catch (e) { bad++; console.log(seed, simulation.agenda.now, String(e).slice(0, 600)); }
  }
  console.log(seed, kinds);
}, 600000);
