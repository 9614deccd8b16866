import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/kernel/rng.ts';
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

  it.each(PRESETS)('$name is in docs/presets.md with its title and its claims', (preset) => {
    const docs = readFileSync(new URL('../../docs/presets.md', import.meta.url), 'utf8');
    const row = docs.split('\n').find((line) => line.startsWith(`| \`${preset.name}\``));
    expect(row, 'a row').toBeDefined();
    const [, , title, , , singleFlight, , expired] = row!.split('|').map((cell) => cell.trim());
    expect(title).toBe(preset.title);
    expect(singleFlight!.startsWith('yes')).toBe(preset.claims.singleFlight);
    expect(expired!.startsWith('never')).toBe(preset.claims.neverServesExpired);
  });

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

  it('reckon with the duration asked for, or with what is left at receipt where nobody told it', () => {
    const chance = { jitter: stream(1, 'jitter'), backoff: stream(1, 'backoff') };
    const cache = presetNamed('alicloud-java-core')!.newCache(chance);
    cache.request(1_000, 1);
    const expiresAtMs = 901_000;
    const credential = {
      accessKeyId: 'STS.1',
      accessKeySecret: '',
      securityToken: '',
      expiresAtMs,
    };
    cache.refreshSucceeded(1_300, 1, credential);
    expect(cache.quietUntilMs).toBe(1_300 + 0.95 * 900_000);
  });
});
