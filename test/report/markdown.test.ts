import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { anyReport, reportOf } from './outcomes.ts';

test('what is wrong comes first, worst first, and what passed is folded away', () => {
  const text = renderMarkdown(
    reportOf([
      { status: 'passed' },
      { status: 'warning', message: 'p99 was 9 ms' },
      { status: 'failed', message: 'it was 3', details: ['at windows.start'] },
    ]),
  );
  expect(text).toBe(`## sts-harness run smoke: failed

- stalls.requests == 0: it was 3.

**1** passed · **1** failed · **1** warning

|  | of | what | seen |
|---|---|---|---|
| ❌ failed | smoke: thresholds | outcome 2 | it was 3<br>at windows.start |
| ⚠️ warning | smoke: thresholds | outcome 1 | p99 was 9 ms |

<details><summary>1 passed</summary>

|  | of | what | seen |
|---|---|---|---|
| ✅ passed | smoke: thresholds | outcome 0 | it was 0 |

</details>

`);
});

test('no text breaks out of its cell', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const rows = renderMarkdown(report)
        .split('\n')
        .filter((line) => line.startsWith('| ') && !line.startsWith('|  | of'));
      expect(rows).toHaveLength(report.outcomes.length);
      for (const row of rows) expect(row.match(/(?<=(?<!\\)(?:\\\\)*)\|/g)).toHaveLength(5);
    }),
  );
});

test('a table of very many is cut, and says so', () => {
  const text = renderMarkdown(reportOf(Array.from({ length: 203 }, () => ({ status: 'failed' }))));
  expect(text).toContain('and 3 more');
  expect(text.match(/❌/g)).toHaveLength(200);
});

test('neither markup nor a mention can be smuggled in', () => {
  const text = renderMarkdown(reportOf([{ name: '<img src=x> [a](b) @all *b* `c`\u001b[31m' }]));
  expect(text).toContain('&lt;img src=x&gt; \\[a\\](b) \\@all \\*b\\* \\`c\\`\ufffd\\[31m');
});
