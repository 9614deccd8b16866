/**
 * Alibaba Cloud's own clients, unmodified, in the languages that they are made for, against the built
 * mock. Each runs in a process of its own, is pointed at the mock as its user would, and trusts the
 * mock's authority as its runtime has it. One file, so that the last test can write what was seen.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeGo } from './go.ts';
import { describeJava } from './java.ts';
import { describeNode } from './node.ts';
import { comparable, renderPage } from './page.ts';
import { describePython } from './python.ts';
import { itWaits, seen, unseen } from './seen.ts';

const PAGE = new URL('../../docs/interop.md', import.meta.url);

describeNode();
describePython();
describeGo();
describeJava();

describe('Tools', () => {
  const refused = (module: string) =>
    `where the suite was run, the Go module proxy refused \`${module}\``;
  itWaits({
    client: 'aliyun CLI',
    provider: 'all',
    reason: `${refused('github.com/aliyun/aliyun-cli/v3')}; npm and Debian have no package of it, and \`aliyuncli\` of PyPI, the old one, needs Python 2`,
  });
  itWaits({
    client: 'Terraform provider `alicloud`',
    provider: 'all',
    reason: `${refused('github.com/aliyun/terraform-provider-alicloud')}; npm, PyPI, Maven Central and Debian have no package of it`,
  });
});

it('docs/interop.md shows what was seen', (context) => {
  const skipped = seen.map(({ row }) => row.kit.skipped ?? row.skipped).find((why) => why);
  if (skipped !== undefined) context.skip(skipped);
  const page = renderPage(seen, unseen);
  if (process.env.INTEROP_UPDATE === 'true') writeFileSync(PAGE, page);
  expect(comparable(readFileSync(PAGE, 'utf8'))).toBe(comparable(page));
});
