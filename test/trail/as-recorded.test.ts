/** A trail replayed as it was: the scenario that is made of it calls in the same seconds. */
import { expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse.ts';
import { sketched } from '../run/virtual/simulated.ts';
import { importedTexts } from './imports.ts';
import { simulatedTrail } from './simulated-trail.ts';

/** From the first call on. */
function callsBySecond(lines: readonly string[]): number[] {
  const seconds = lines.map((line) => Date.parse(JSON.parse(line).eventTime) / 1_000);
  const first = Math.min(...seconds);
  const counts = new Array<number>(Math.max(...seconds) - first + 1).fill(0);
  for (const second of seconds) counts[second - first]! += 1;
  return counts;
}

it.each([
  ['reference', '{ rate: 300/s }'],
  ['preset:alicloud-node', '{ rate: 300/s }'],
  ['uncached', '{ rate: 2/s }'],
])('%s', async (client, load) => {
  const { lines } = await simulatedTrail(sketched({ duration: '2h', hosts: 30, client, load }));
  const { scenarioText } = await importedTexts([lines.join('')], { asRecorded: true });
  const { apps, faults } = parseScenario(scenarioText!, 'imported.yaml');
  expect(apps.map(({ client: { subject } }) => subject)).toEqual(['uncached']);
  expect(faults).toEqual([]);
  const again = await simulatedTrail(scenarioText!);
  expect(callsBySecond(again.lines)).toEqual(callsBySecond(lines));
});

it('takes a caller of whom nothing can be inferred, too', async () => {
  const sketch = sketched({ duration: '10m', hosts: 3, load: '{ rate: 3/s }' });
  const { lines } = await simulatedTrail(sketch);
  const inferred = importedTexts([lines.join('')]);
  await expect(inferred).rejects.toMatchObject({ exitCode: 2 });
  const { document } = await importedTexts([lines.join('')], { asRecorded: true });
  expect(document.scenario).toMatchObject({ apps: 1, backgroundCalls: 0 });
});
