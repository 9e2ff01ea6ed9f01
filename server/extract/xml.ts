import { SaxesParser } from 'saxes';
import { ExtractionError } from './extracted.ts';

export interface XmlEvents {
  /** Names and attributes come without their prefixes; of `id` and `r:id` on one tag, the prefixed one. */
  open?(name: string, attributes: Record<string, string>): void;
  close?(name: string): void;
  text?(text: string): void;
}

const chunkChars = 1 << 20;

/** Reads XML as a stream of events. @throws ExtractionError when it is not well-formed. */
export function readXml(bytes: Buffer, events: XmlEvents): void {
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', () => {
    throw new ExtractionError(
      'The file is damaged: a part of it is not well-formed. Save it anew and upload it again.',
    );
  });
  parser.on('opentag', (tag) => {
    if (!events.open) return;
    const attributes: Record<string, string> = {};
    for (const [name, value] of Object.entries(tag.attributes)) {
      if (name.includes(':') || !(name in attributes)) attributes[local(name)] = value;
    }
    events.open(local(tag.name), attributes);
  });
  parser.on('closetag', (tag) => events.close?.(local(tag.name)));
  parser.on('text', (text) => events.text?.(text));
  parser.on('cdata', (text) => events.text?.(text));
  const text = decodeXml(bytes);
  for (let at = 0; at < text.length; at += chunkChars) parser.write(text.slice(at, at + chunkChars));
  parser.close();
}

function local(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

function decodeXml(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}
