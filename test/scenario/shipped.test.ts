import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseRoleArn } from '../../src/kernel/sts/wire.ts';
import { describeScenario, listScenarios } from '../../src/scenario/describe.ts';
import { estimateOf } from '../../src/scenario/estimate.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { planOf } from '../../src/scenario/plan.ts';
import { scenarioJsonSchema } from '../../src/scenario/schema.ts';
import { parseThresholds } from '../../src/verdict/thresholds.ts';

const root = new URL('../../', import.meta.url);
const scenariosDirectory = new URL('scenarios', root).pathname;
const names = readdirSync(scenariosDirectory).map((name) => name.replace(/\.yaml$/, ''));
const load = (name: string) => loadScenario(name, { scenariosDirectory });
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8');

test.each(names)(
  '%s is valid, opens with its question, and has thresholds that can be judged',
  (name) => {
    const scenario = load(name);
    expect(scenario.question).toMatch(/^[A-Z].*\?$/);
    expect(textOf(`scenarios/${name}.yaml`)).toMatch(
      /^(# [^\n]*\n)+?# yaml-language-server: \$schema=\.\.\/schema\/scenario\.json\n/,
    );
    expect(parseThresholds(scenario)).toHaveLength(scenario.thresholds.length);
    expect(scenario.thresholds.length).toBeGreaterThan(0);
  },
);

test.each(names)('%s replays at most 30 seconds at true speed', (name) => {
  const windows = load(name).windows.map(({ forMs }) => forMs);
  expect(windows.reduce((sum, forMs) => sum + forMs)).toBeLessThanOrEqual(30_000);
});

test.each(names)('%s leaves no process loaded beyond 70 percent, and can be described', (name) => {
  const scenario = load(name);
  const { apps } = estimateOf(planOf(scenario));
  expect(Math.max(...apps.map(({ utilisation }) => utilisation))).toBeLessThan(0.7);
  expect(describeScenario(scenario)).toContain(scenario.question);
});

test.each(names)('%s passes the published schema', (name) => {
  const schema = z.fromJSONSchema(JSON.parse(textOf('schema/scenario.json')));
  expect(schema.safeParse(parse(textOf(`scenarios/${name}.yaml`))).error).toBeUndefined();
});

test('the published schema is the one that files are read by', async () => {
  const generated = `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
  await expect(generated).toMatchFileSnapshot('../../schema/scenario.json');
});

test('docs/scenarios.md lists every shipped scenario and every key', () => {
  const docs = textOf('docs/scenarios.md');
  for (const name of names) expect(docs).toContain(`| \`${name}\` |`);
  for (const key of keysOf(scenarioJsonSchema())) expect(docs).toContain(`\`${key}\``);
});

function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const properties = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...properties, ...Object.values(schema).flatMap(keysOf)];
}

test('the list names each scenario with its question', () => {
  const lines = listScenarios(scenariosDirectory).split('\n');
  expect(lines).toHaveLength(names.length);
  for (const name of names) expect(lines.join('\n')).toContain(load(name).question);
});

test('peak-6m-users is a day of over a billion requests with a peak above 20,000 a second', () => {
  const scenario = load('peak-6m-users');
  const { processes, hosts, requests, peak } = estimateOf(planOf(scenario));
  expect({ processes, hosts, durationMs: scenario.durationMs }).toEqual({
    processes: 320,
    hosts: 40,
    durationMs: 86_400_000,
  });
  expect(requests).toBeGreaterThan(1e9);
  expect(requests).toBeLessThan(1.4e9);
  expect(peak.ratePerSecond).toBeGreaterThan(22_000);
  expect(peak.ratePerSecond).toBeLessThan(25_000);
  expect(scenario.windows.reduce((sum, { forMs }) => sum + forMs, 0)).toBeLessThanOrEqual(24_000);
});

test('cross-account has every role in an account of its own, none in the calling one', () => {
  const { apps, caller } = load('cross-account');
  const accounts = apps.map(({ role }) => parseRoleArn(role.arn)!.accountId);
  expect(new Set([...accounts, caller.accountId]).size).toBe(apps.length + 1);
});

test('cold-start fits the quota with one call a process, and only so', () => {
  const { processes, clients } = estimateOf(planOf(load('cold-start')));
  const peakOf = (subject: string) =>
    clients.find((client) => client.subject === subject)!.peakPerSecond;
  expect(processes).toBe(80);
  expect(peakOf('reference')).toBeLessThanOrEqual(100);
  expect(peakOf('alibaba-sdk')).toBeGreaterThan(200);
});
