/**
 * Docs in step with the command line: every command line that they show names a verb and flags that
 * `--help` of the build knows, and every relative link leads to a file and a heading that are there.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/src/cli/main.js');
const pages = ['.', 'docs', 'bench', 'results'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);
const textOf = (page: string) => readFileSync(join(root, page), 'utf8');

const helpOf = (...verb: string[]) =>
  execFileSync(process.execPath, [main, ...verb, '--help'], { encoding: 'utf8' });
const verbsIn = (help: string) =>
  [...(help.split('Commands:')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z][\w-]*)/gm)].map(
    ([, verb]) => verb!,
  );
const flagsIn = (help: string) =>
  [...help.matchAll(/(?<![\w-])--?[a-z][a-z-]*/g)].map(([flag]) => flag);

/** The help of each verb. */
const known = new Map(verbsIn(helpOf()).map((verb) => [verb, helpOf(verb)]));

/** `sts-harness` and what follows it, up to a comment, a redirection or the end of the code. */
const shown = pages.flatMap((page) =>
  [...textOf(page).matchAll(/(?:^|npx |`)sts-harness ([a-z][^\n#`>]*)/gm)].map(([, line]) => ({
    page,
    words: line!.trim().split(/\s+/),
  })),
);

test('there are command lines to check in README.md and in docs/', () => {
  expect(shown.filter(({ page }) => page === 'README.md').length).toBeGreaterThan(10);
  expect(new Set(shown.map(({ page }) => page)).size).toBeGreaterThan(3);
});

test('every verb and flag that is shown exists', () => {
  const wrong = shown.flatMap(({ page, words: [verb = '', ...rest] }) => {
    const help = known.get(verb);
    if (help === undefined) return [`${page}: no verb ${verb}`];
    const [sub = ''] = rest;
    const isUnknownSub =
      help.includes('Commands:') && !sub.split('|').every((one) => verbsIn(help).includes(one));
    const flags = rest.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]!);
    const unknown = flags.filter((flag) => !flagsIn(help).includes(flag));
    return [
      ...(isUnknownSub ? [`${page}: no verb ${verb} ${sub}`] : []),
      ...unknown.map((flag) => `${page}: ${verb} has no ${flag}`),
    ];
  });
  expect(wrong).toEqual([]);
});

test('every environment variable that is shown is one that --help names', () => {
  const helps = [...known.values()].map((help) => help.replace(/\s+/g, ' '));
  const wrong = pages.flatMap((page) =>
    [...textOf(page).matchAll(/STS_HARNESS_[A-Z_]*[A-Z]/g)]
      .filter(([name]) => !helps.some((help) => help.includes(`env: ${name})`)))
      .map(([name]) => `${page}: ${name}`),
  );
  expect(wrong).toEqual([]);
});

test('every relative link leads somewhere', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)]
      .filter(([, link]) => !leadsSomewhere(page, link!))
      .map(([, link]) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return false;
  if (heading === undefined) return true;
  const anchors = [...textOf(target).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(heading);
}
