/** XML as a strict parser that nobody here wrote reads it. */
import { SaxesParser } from 'saxes';

export type XmlTree = string | { readonly [name: string]: XmlTree };

/** Throws where it is not well-formed. Text between elements is not looked at. */
export function parsedXml(xml: string): XmlTree {
  const parser = new SaxesParser();
  const open: { name: string; text: string; children: Record<string, XmlTree> }[] = [];
  let root: XmlTree | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => open.push({ name, text: '', children: {} }));
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('closetag', () => {
    const { name, text, children } = open.pop()!;
    const value = Object.keys(children).length === 0 ? text : children;
    const parent = open.at(-1);
    if (parent === undefined) root = { [name]: value };
    else parent.children[name] = value;
  });
  parser.write(xml).close();
  if (root === undefined) throw new Error('there is no element');
  return root;
}
