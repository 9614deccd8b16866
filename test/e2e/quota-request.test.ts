/** `quota-request` and `size --measures` as a program. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { QuotaRequest } from '../../src/sizing/quota-request.ts';
import type { SizeReport } from '../../src/sizing/size-report.ts';
import { sizeDocument } from '../sizing/size-document.ts';
import { temporaryFolder } from '../temporary.ts';
import { cli, fixture } from './cli.ts';

const keptSize = () => {
  const file = join(temporaryFolder(), 'size.json');
  writeFileSync(file, JSON.stringify(sizeDocument));
  return file;
};

/** Made up: the real codes are documented nowhere. */
const QUOTAS = JSON.stringify({
  Quotas: [
    {
      ProductCode: 'made-up-sts',
      QuotaActionCode: 'q_made-up',
      QuotaName: 'AssumeRole',
      QuotaCategory: 'FlowControl',
      TotalQuota: 100,
      Dimensions: { regionId: 'cn-shanghai' },
      Adjustable: true,
      ApplicableRange: [101, 500],
    },
  ],
});

describe('quota-request', () => {
  it('makes drafts of a size document, and names what is missing', async () => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await cli(['quota-request', keptSize(), '--out', out]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/present 100\/s, needed 320\/s: ask for 400\/s/);
    expect(stdout).toMatch(/ProductCode and QuotaActionCode of STS are not publicly documented/);
    const folder = join(out, 'quota-request-orders');
    expect(readdirSync(folder).sort()).toEqual([
      'annex.md',
      'create-quota-application.json',
      'put-resource-metric-rules.json',
      'ticket.txt',
    ]);
    const body = JSON.parse(readFileSync(join(folder, 'create-quota-application.json'), 'utf8'));
    expect(body).toMatchObject({ QuotaCategory: 'FlowControl', DesireValue: 400 });
    for (const file of readdirSync(folder)) {
      expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/somebody/);
    }
  });

  it('reads codes and range of what Quota Center lists', async () => {
    const quotas = join(temporaryFolder(), 'quotas.json');
    writeFileSync(quotas, QUOTAS);
    const args = ['--quotas', quotas, '--headroom', '0%', '--json', '--out', temporaryFolder()];
    const { code, stdout } = await cli(['quota-request', keptSize(), ...args]);
    expect(code).toBe(0);
    const { application, missing, asked } = JSON.parse(stdout) as QuotaRequest;
    expect(missing).toEqual([]);
    expect(asked.presentFrom).toBe('quota-center');
    expect(application).toMatchObject({ QuotaActionCode: 'q_made-up', DesireValue: 320 });
  });

  it('sizes a scenario itself, and says where there is nothing to ask for', async () => {
    const out = temporaryFolder();
    const { code, stdout } = await cli(['quota-request', 'smoke', '--quiet', '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('there is nothing to ask for');
    expect(readdirSync(join(out, 'quota-request-smoke'))).toEqual(['annex.md']);
  });

  it('keeps its files within the directory, whatever the document says', async () => {
    const out = temporaryFolder();
    const file = join(temporaryFolder(), 'size.json');
    writeFileSync(file, JSON.stringify({ ...sizeDocument, scenario: '../../evil' }));
    expect((await cli(['quota-request', file, '--out', out])).code).toBe(0);
    expect(readdirSync(out)).toEqual(['quota-request--evil']);
  });

  const broken = () => {
    const file = join(temporaryFolder(), 'other.json');
    writeFileSync(file, '{"schemaVersion":1,"kind":"result"}');
    return file;
  };
  it.each<[string, () => string[], RegExp]>([
    ['a scenario that is not there', () => ['nowhere'], /There is no scenario nowhere/],
    ['a document that is not there', () => ['/nowhere/size.json'], /size\.json \(ENOENT\)/],
    ['another document', () => [broken()], /other\.json at kind/],
    [
      'a placeholder as a code',
      () => [keptSize(), '--product-code', '<sts>'],
      /--product-code: found/,
    ],
    ['a headroom without meaning', () => [keptSize(), '--headroom', 'much'], /a share from 0%/],
    ['a value that is none', () => [keptSize(), '--desired', '0'], /a whole number from 1/],
    ['a list without the quota', () => [keptSize(), '--quotas', broken()], /ListProductQuotas/],
    ['no source at all', () => [], /missing required argument 'scenario'/],
  ])('refuses %s', async (_what, args, message) => {
    const { code, stdout, stderr } = await cli(['quota-request', ...args()]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('size --measures', () => {
  const few = ['--replications', '4', '--confirm', '0', '--situation', 'cold-start', '--quiet'];

  it('tells what makes a quota suffice, in text and document', async () => {
    const args = ['size', fixture('two-hosts.yaml'), ...few, '--measures', '1'];
    const out = temporaryFolder();
    const { code, stdout } = await cli([...args, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('What makes 1 calls a second suffice');
    const [folder = ''] = readdirSync(out);
    const text = readFileSync(join(out, folder, 'size.json'), 'utf8');
    const { measures, command } = JSON.parse(text) as SizeReport;
    expect(measures?.withinPerSecond).toBe(1);
    expect(measures?.measures).toHaveLength(7);
    expect(command).toMatch(/--measures 1$/);
    const request = await cli([
      'quota-request',
      join(out, folder, 'size.json'),
      '--desired',
      '200',
      '--json',
      '--out',
      out,
    ]);
    expect((JSON.parse(request.stdout) as QuotaRequest).evidence.measures).toEqual(measures);
  });

  it('refuses a quota that is none', async () => {
    const { code, stderr } = await cli(['size', 'smoke', '--measures', 'few']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--measures: found "few"; allowed: a whole number from 1/);
  });
});
