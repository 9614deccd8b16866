/** Whether a report holds, and the words for a test that it does not hold for. */
import { countsText } from './outcomes.ts';
import type { CheckReport } from './report.ts';
import { seenText, toldCases } from './told-cases.ts';

/** `except`: names of checks that are known to fail. One that does not is told of as well. */
export function checksHold(
  report: CheckReport,
  except: readonly string[],
): { readonly passed: boolean; readonly text: string } {
  const { client, counts, checks } = report;
  const failed = checks.filter(({ status }) => status === 'failed');
  const wrong = failed.filter(({ name }) => !except.includes(name));
  const idle = except.filter((name) => !failed.some((check) => check.name === name));
  const lines = [
    `${client}: ${countsText(counts)}`,
    ...wrong.flatMap((check) => [
      `✗ ${check.name}: ${check.proves}`,
      ...toldCases(check, 'failed').flatMap((told) => [
        `    seen: ${seenText(told)}`,
        `    wanted: ${told.wanted}`,
      ]),
    ]),
    ...idle.map((name) => `✗ ${name} is excepted, and does not fail`),
  ];
  return { passed: wrong.length === 0 && idle.length === 0, text: lines.join('\n') };
}
