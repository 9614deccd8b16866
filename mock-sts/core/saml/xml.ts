/**
 * XML as SAML uses it: read strictly, without a document type and so without entities, and of a size
 * that can be gone through at once. Everything that parser or rules find odd makes it no XML here.
 */
import { DOMParser, type Element, onWarningStopParsing } from '@xmldom/xmldom';

/** Ten times what a response needs: the time that its canonical form takes grows with the square. */
const ELEMENTS_MAX = 500;
const ATTRIBUTES_MAX = 500;

/** The root of a document. */
export function parseXml(text: string): Element | undefined {
  if (/<!(DOCTYPE|ENTITY)/i.test(text) || !isModest(text)) return undefined;
  try {
    const parser = new DOMParser({ locator: false, onError: onWarningStopParsing });
    return parser.parseFromString(text, 'text/xml').documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

/** Every element that is not empty has two tags, every attribute an equals sign. */
function isModest(text: string): boolean {
  return count(text, '<') <= 2 * ELEMENTS_MAX && count(text, '=') <= ATTRIBUTES_MAX;
}

function count(text: string, character: string): number {
  return text.split(character, 2 * ELEMENTS_MAX + 2).length - 1;
}

export function isNamed(element: Element | null, namespace: string, name: string): boolean {
  return element?.namespaceURI === namespace && element.localName === name;
}

export function childElements(parent: Element): Element[] {
  return Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === 1);
}

export function childrenNamed(parent: Element, namespace: string, name: string): Element[] {
  return childElements(parent).filter((child) => isNamed(child, namespace, name));
}

/** The child of that name, if there is one and no more. */
export function onlyChild(parent: Element, namespace: string, name: string): Element | undefined {
  const [first, ...others] = childrenNamed(parent, namespace, name);
  return others.length === 0 ? first : undefined;
}

/** Undefined for an element that has more in it than text, or no text at all. */
export function textIn(element: Element | undefined): string | undefined {
  if (element === undefined || childElements(element).length > 0) return undefined;
  const text = element.textContent?.trim();
  return text === '' ? undefined : text;
}
