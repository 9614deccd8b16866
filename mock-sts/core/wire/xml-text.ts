/**
 * Text within an XML element. What XML 1.0 cannot hold at all, however it is written (most control
 * characters, half a surrogate pair), becomes the replacement character: an answer that quotes a
 * caller's odd bytes must still be one that his parser reads.
 */
const SPECIAL = /[&<>\r]|[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
/** A bare carriage return would be read as a line feed. */
const WRITTEN: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#13;',
};

export function escapeXml(text: string): string {
  return text.replace(SPECIAL, (character) => WRITTEN[character] ?? '\ufffd');
}
