/** XML as OSS writes it: elements in order, lists by repetition. */
import { escapeXml } from '../wire/xml-text.ts';

export const XML_TYPE = 'application/xml';

export type XmlTree = readonly (readonly [name: string, content: string | XmlTree])[];

export function ossXml(root: string, tree: XmlTree): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${elements(tree)}</${root}>`;
}

function elements(tree: XmlTree): string {
  return tree
    .map(([name, content]) => {
      const inner = typeof content === 'string' ? escapeXml(content) : elements(content);
      return `<${name}>${inner}</${name}>`;
    })
    .join('');
}
