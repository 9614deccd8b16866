/** `sts-harness quota-request <scenario or size.json>`: a request for a larger quota, not sent. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { badInput, EXIT } from '../kernel/errors.ts';
import { parseShare } from '../kernel/units.ts';
import { writeWhole } from '../measure/whole-file.ts';
import { renderQuotaAnnex } from '../report/quota-annex.ts';
import { quotaRequestText } from '../report/quota-request-text.ts';
import { renderQuotaTicket } from '../report/quota-ticket.ts';
import { sizeLine } from '../report/size-text.ts';
import { loadScenario } from '../scenario/load.ts';
import { type ListedQuota, listedQuotas } from '../sizing/listed-quota.ts';
import { keyOf } from '../sizing/quota-asked.ts';
import { type QuotaRequest, quotaRequest } from '../sizing/quota-request.ts';
import { parseSize } from '../sizing/size-file.ts';
import type { SizeReport } from '../sizing/size-report.ts';
import { sizeScenario } from '../sizing/size-scenario.ts';
import { stsQuotaIn } from '../sizing/sts-quota.ts';
import { wholeNumber, withSeed } from './flags.ts';
import { lineProgress } from './line-progress.ts';
import { prepareDirectory, scenariosDirectory, version } from './package-files.ts';

export interface QuotaRequestFlags {
  readonly productCode?: string;
  readonly quotaActionCode?: string;
  readonly quotas?: string;
  readonly headroom: string;
  readonly desired?: string;
  readonly seed?: string;
  readonly subject?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export async function quotaRequestVerb(source: string, flags: QuotaRequestFlags): Promise<number> {
  const codes = {
    productCode: codeOf('--product-code', flags.productCode),
    quotaActionCode: codeOf('--quota-action-code', flags.quotaActionCode),
  };
  const headroom = headroomOf(flags.headroom);
  const desiredPerSecond =
    flags.desired === undefined
      ? undefined
      : wholeNumber('--desired', flags.desired, { min: 1, max: 1_000_000 });
  const quotas = await quotasIn(flags.quotas);
  await prepareDirectory('--out', flags.out);
  const size = await sizeOf(source, flags);
  const request = quotaRequest(size, {
    ...codes,
    listed: quotas && listedOf(size, codes, quotas),
    headroom,
    desiredPerSecond,
  });
  const files = await writeDrafts(request, join(flags.out, folderOf(size)));
  process.stdout.write(
    flags.json ? `${JSON.stringify(request, null, 2)}\n` : quotaRequestText(request, files),
  );
  return EXIT.passed;
}

/** A size document where it is one by its name; else the scenario, sized now. */
async function sizeOf(source: string, flags: QuotaRequestFlags): Promise<SizeReport> {
  if (source.endsWith('.json')) return parseSize(await textOf('quota-request', source), source);
  const scenario = withSeed(loadScenario(source, { scenariosDirectory }), flags.seed);
  const progress = lineProgress(process.stderr, { quiet: flags.quiet === true });
  try {
    return await sizeScenario(scenario, {
      subject: flags.subject,
      workers: availableParallelism(),
      command: `sts-harness size ${scenario.name} --seed ${scenario.seed}`,
      version,
      onProgress: (state) => progress.update(sizeLine(state)),
    });
  } finally {
    progress.end();
  }
}

async function textOf(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const found = `${path} (${(error as NodeJS.ErrnoException).code})`;
    const allowed = 'a file that can be read';
    throw badInput('FILE_UNREADABLE', [{ file: flag, path: '', found, allowed }]);
  }
}

/** What Quota Center and CloudMonitor call things: nothing that would be a placeholder. */
function codeOf(flag: string, code: string | undefined): string | undefined {
  if (code === undefined || /^[\w./:-]{1,128}$/.test(code)) return code;
  const allowed = 'a code as Quota Center lists it: 1 to 128 of A-Z a-z 0-9 _ . / : -';
  throw badInput('FLAG_INVALID', [{ file: flag, path: '', found: `"${code}"`, allowed }]);
}

const HEADROOM_MAX = 10;

function headroomOf(text: string): number {
  const share = parseShare(text);
  if (share !== undefined && share <= HEADROOM_MAX) return share;
  const allowed = 'a share from 0% to 1000%, such as 25% or 0.25';
  throw badInput('FLAG_INVALID', [{ file: '--headroom', path: '', found: `"${text}"`, allowed }]);
}

interface QuotaFile {
  readonly file: string;
  readonly quotas: readonly ListedQuota[];
}

async function quotasIn(file: string | undefined): Promise<QuotaFile | undefined> {
  if (file === undefined) return undefined;
  return { file, quotas: listedQuotas(await textOf('--quotas', file), file) };
}

function listedOf(
  size: SizeReport,
  codes: {
    readonly productCode: string | undefined;
    readonly quotaActionCode: string | undefined;
  },
  { quotas, file }: QuotaFile,
): ListedQuota {
  const { action, region } = keyOf(size);
  return stsQuotaIn(quotas, { action, region, ...codes }, file);
}

/** A name in a document is anybody's: nothing in it leads out of the directory. */
function folderOf({ scenario }: SizeReport): string {
  return `quota-request-${scenario.replaceAll(/[^\w-]+/g, '-')}`;
}

async function writeDrafts(request: QuotaRequest, directory: string): Promise<string[]> {
  const { application, alarm } = request;
  const drafts = [
    { name: 'annex.md', text: renderQuotaAnnex(request) },
    ...(application === null
      ? []
      : [
          { name: 'create-quota-application.json', text: jsonText(application) },
          { name: 'put-resource-metric-rules.json', text: jsonText(alarm) },
          { name: 'ticket.txt', text: renderQuotaTicket(request) },
        ]),
  ];
  await prepareDirectory('--out', directory);
  for (const { name, text } of drafts) await writeWhole(join(directory, name), text);
  return drafts.map(({ name }) => join(directory, name));
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
