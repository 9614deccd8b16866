/** Read back by a strict XML parser that is not ours, and held against the form that Jenkins publishes. */
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { renderJunit } from '../../src/report/junit.ts';
import { anyReport, reportOf } from './outcomes.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

function parsed(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = {
      name,
      attributes: { ...attributes } as Record<string, string>,
      children: [],
      text: '',
    };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.write(xml).close();
  return root.children[0]!;
}

interface Form {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
  readonly children?: readonly string[];
}

/**
 * Of what Jenkins takes, as the schema `junit-10.xsd` of its xUnit plugin has it (which refuses a file
 * with anything else in it): what may stand in what, and with which attributes. Elements and attributes
 * that are never written here are left out.
 */
const FORMS: Readonly<Record<string, Form>> = {
  testsuites: {
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'errors'],
    children: ['testsuite'],
  },
  testsuite: {
    required: ['name', 'tests', 'failures', 'errors'],
    optional: ['skipped', 'time', 'timestamp', 'hostname', 'id', 'package', 'file'],
    children: ['testcase', 'system-out', 'system-err'],
  },
  testcase: {
    required: ['name'],
    optional: ['classname', 'time', 'group'],
    children: ['skipped', 'error', 'failure', 'system-out', 'system-err'],
  },
  skipped: { required: [], optional: ['message', 'type'] },
  failure: { required: [], optional: ['message', 'type'] },
  'system-out': { required: [] },
};

/** Only these hold text; others hold nothing but space between their elements. */
const WITH_TEXT = new Set(['skipped', 'failure', 'system-out']);

function expectForm(element: Element): void {
  const { required = [], optional = [], children = [] } = FORMS[element.name] ?? {};
  const attributes = Object.keys(element.attributes);
  expect(Object.keys(FORMS)).toContain(element.name);
  expect(attributes).toEqual(expect.arrayContaining([...required]));
  expect([...required, ...optional]).toEqual(expect.arrayContaining(attributes));
  if (!WITH_TEXT.has(element.name)) expect(element.text.trim()).toBe('');
  for (const child of element.children) {
    expect(children).toContain(child.name);
    expectForm(child);
  }
}

test('any outcomes make XML that a strict parser reads, in the form that readers know', () => {
  fc.assert(
    fc.property(anyReport, (report) => {
      const root = parsed(renderJunit(report));
      expectForm(root);
      const cases = root.children.flatMap(({ children }) => children);
      expect(cases).toHaveLength(report.outcomes.length);
      for (const suite of root.children) {
        const failed = suite.children.filter(({ children }) => children[0]?.name === 'failure');
        const skipped = suite.children.filter(({ children }) => children[0]?.name === 'skipped');
        expect(suite.attributes).toMatchObject({
          tests: String(suite.children.length),
          failures: String(failed.length),
          skipped: String(skipped.length),
        });
      }
    }),
  );
});

test('texts come back as they were, whatever XML means by their characters', () => {
  const name = `roles["acs:ram::1:role/a<b>&'c"].totals.stalls.requests == 0\t]]>\n2`;
  const root = parsed(
    renderJunit(reportOf([{ name, status: 'failed', message: 'it was "3" & <4>' }])),
  );
  const [only] = root.children[0]!.children;
  expect(only!.attributes).toEqual({ classname: 'smoke: thresholds', name });
  expect(only!.children[0]).toMatchObject({
    name: 'failure',
    attributes: { message: 'it was "3" & <4>' },
    text: 'it was "3" & <4>',
  });
});

test('what XML cannot hold is replaced, and a pair of surrogates is kept', () => {
  const root = parsed(renderJunit(reportOf([{ name: 'a\u0000b\ud800c😀\ufffe' }])));
  expect(root.children[0]!.children[0]!.attributes.name).toBe('a\ufffdb\ufffdc😀\ufffd');
});

test('each status has its element, and a warning fails nothing', () => {
  const statuses = ['passed', 'failed', 'skipped', 'warning'] as const;
  const root = parsed(renderJunit(reportOf(statuses.map((status) => ({ status })))));
  const cases = root.children[0]!.children;
  expect(cases.map(({ children }) => children[0]!.name)).toEqual([
    'system-out',
    'failure',
    'skipped',
    'system-out',
  ]);
  expect(cases[3]!.children[0]!.text).toBe('warning: it was 0');
  expect(root.attributes).toMatchObject({ tests: '4', failures: '1', errors: '0' });
  expect(root.children[0]!.attributes).toMatchObject({ tests: '4', failures: '1', skipped: '1' });
});
