import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PRESETS, presetNamed } from '../../src/models/presets.ts';
import { driverOf } from './model-driver.ts';

const NAMES = [
  'alicloud-node',
  'alicloud-java',
  'alicloud-python',
  'alicloud-python-async',
  'alicloud-go',
  'alicloud-php-fpm',
  'alicloud-csharp',
  'alicloud-cli',
  'alicloud-pop-core',
  'ali-oss',
  'alicloud-java-core',
  'alicloud-go-sdk',
  'alicloud-python-core',
  'alicloud-terraform',
  'aws-js-v3',
  'aws-java-v2',
  'aws-java-v2-async',
  'aws-go-v2',
  'botocore',
  'smithy-java',
  'google-auth-python',
  'google-auth-python-nonblocking',
  'google-auth-node',
  'azure-js',
  'azure-python',
];

describe('presets', () => {
  it('have the names that people and scenarios rely on', () => {
    expect(PRESETS.map(({ name }) => name).sort()).toEqual([...NAMES].sort());
    expect(presetNamed('botocore')?.name).toBe('botocore');
    expect(presetNamed('alicloud-node-2.4.7')).toBeUndefined();
  });

  it.each(PRESETS)(
    '$name is in docs/presets.md with its title, claims, source and limit',
    (preset) => {
      const docs = readFileSync(new URL('../../docs/presets.md', import.meta.url), 'utf8');
      const row = docs.split('\n').find((line) => line.startsWith(`| \`${preset.name}\``));
      expect(row, 'a row').toBeDefined();
      const [, , title, , , singleFlight, , expired] = row!.split('|').map((cell) => cell.trim());
      expect(title).toBe(preset.title);
      expect(singleFlight!.startsWith('yes')).toBe(preset.claims.singleFlight);
      expect(expired!.startsWith('never')).toBe(preset.claims.neverServesExpired);
      const seconds = preset.callTimeoutMs / 1_000;
      expect(docs).toContain(`| \`${preset.name}\` | ${preset.source} | ${seconds} |`);
    },
  );

  it('know which of them ask for nothing, warm up or call at the start', () => {
    const others = PRESETS.filter(({ atStart }) => atStart !== 'nothing');
    expect(others.map(({ name, atStart }) => [name, atStart])).toEqual([
      ['ali-oss', 'warm-up'],
      ['alicloud-terraform', 'call'],
    ]);
  });

  it.each(PRESETS)('$name takes the same decisions from the same chance', ({ name }) => {
    const [one, other] = [driverOf(name, { seed: 7 }), driverOf(name, { seed: 7 })];
    for (const driver of [one, other]) driver.askEvery(10_000, driver.nowMs + 7_200_000);
    expect(one.calls).toEqual(other.calls);
  });
});
