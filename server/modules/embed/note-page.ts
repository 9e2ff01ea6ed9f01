import { createHash } from 'node:crypto';
import { escapeHtml, policy } from './page-headers.ts';

const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 34rem; padding: 2rem 1.25rem; }
h1 { font-size: 1.25rem; }
code { background: #8882; border-radius: 4px; padding: .15em .4em; overflow-wrap: anywhere; }
`;
const styleHash = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** A page that says one thing in plain words; text between backticks is shown as code. It holds nothing secret. */
export function notePage(title: string, text: string): string {
  const body = escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body><h1>${escapeHtml(title)}</h1><p>${body}</p></body>
</html>
`;
}

/** `embeddable`: any site may show it in a frame, so that its owner sees what is wrong. */
export function notePolicy(embeddable: boolean): string {
  return policy({ 'style-src': [styleHash], 'frame-ancestors': [embeddable ? '*' : "'none'"] });
}
