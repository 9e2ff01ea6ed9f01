import type { Endpoint } from '../../../shared/contracts/endpoint.ts';
import { problems } from '../../../shared/problems.ts';
import { createOpenApiDocument } from './openapi.ts';

const whoMayCall: Record<Endpoint['access']['kind'], string> = {
  public: 'Anybody',
  session: 'A signed-in user',
  member: 'A member of the client',
  apiKey: 'A program with x-org-key',
  visitor: 'A visitor with a Bearer token',
};

/** The API as a page to read, from the same endpoint values that serve the requests. Needs no script. */
export function createApiPage(endpoints: Endpoint[]): string {
  const areas = [...new Set(endpoints.map((endpoint) => endpoint.area))];
  const { paths } = createOpenApiDocument(endpoints) as { paths: Record<string, Record<string, Operation>> };
  const sections = areas.map((area) => {
    const cards = endpoints
      .filter((endpoint) => endpoint.area === area)
      .map((endpoint) =>
        card(endpoint, paths[endpoint.path.replace(/:(\w+)/g, '{$1}')]?.[endpoint.method.toLowerCase()]),
      );
    return `<section aria-labelledby="${slug(area)}"><h2 id="${slug(area)}">${escapeHtml(area)}</h2>${cards.join('')}</section>`;
  });
  const contents = areas.map((area) => `<li><a href="#${slug(area)}">${escapeHtml(area)}</a></li>`).join('');
  return page(
    'Confab API',
    `<p>Every request and answer is JSON in UTF-8, save for files. Errors are <a href="/problems">problem documents</a> that list every
     fault. Lists are paged: hand <code>nextCursor</code> back as <code>cursor</code>. For machines:
     <a href="/openapi.json">openapi.json</a>.</p><nav aria-label="Contents"><ul class="contents">${contents}</ul></nav>${sections.join('')}`,
  );
}

interface Operation {
  parameters: { name: string; in: string; required: boolean; schema: unknown }[];
  requestBody?: { content: Record<string, { schema: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: unknown }> }>;
}

function card(endpoint: Endpoint, operation: Operation | undefined): string {
  const body = operation?.requestBody?.content['application/json']?.schema;
  const answer = operation?.responses[String(endpoint.status)]?.content?.['application/json']?.schema;
  const permission = endpoint.access.kind === 'member' ? ` with <code>${endpoint.access.permission}</code>` : '';
  const also = (endpoint.alsoAt ?? []).map((path) => `<code>${escapeHtml(path)}</code>`).join(', ');
  const query = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return `<article id="${endpoint.name}"><h3><span class="method ${endpoint.method}">${endpoint.method}</span>
    <code>${escapeHtml(endpoint.path)}</code></h3><p>${escapeHtml(endpoint.summary)}</p>
    <p class="access">${whoMayCall[endpoint.access.kind]}${permission}${also ? `. Also at ${also}` : ''}.</p>
    ${query.length > 0 ? schemaBlock('Query', Object.fromEntries(query.map((parameter) => [parameter.name, parameter.schema]))) : ''}
    ${endpoint.upload ? `<p class="access">Body: the bytes of the file, at most ${endpoint.upload.bytesMax.toLocaleString('en')}.</p>` : ''}
    ${body ? schemaBlock('Body', body) : ''}${answer ? schemaBlock(`Answer ${endpoint.status}`, answer) : `<p class="access">Answer ${endpoint.status}, ${endpoint.download ? 'the bytes of the file' : 'no body'}.</p>`}</article>`;
}

function schemaBlock(title: string, schema: unknown): string {
  return `<details><summary>${title}</summary><pre tabindex="0" aria-label="${title}">${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`;
}

/** What each `type` of a problem document means. */
export function createProblemsPage(): string {
  const rows = Object.entries(problems)
    .map(
      ([code, { status, title }]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
    )
    .join('');
  return page(
    'Problems',
    `<p>Every error is answered as <code>application/problem+json</code> (RFC 9457). <code>detail</code> says what is
     wrong and what to do, <code>errors</code> lists every fault, <code>requestId</code> finds it in the log.</p>
     <table><thead><tr><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
     <tbody>${rows}</tbody></table><p><a href="/docs">The API</a></p>`,
  );
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title><link rel="stylesheet" href="/docs.css"></head><body><main><h1>${title}</h1>${content}</main></body></html>`;
}

function slug(text: string): string {
  return text.toLowerCase().replace(/\W+/g, '-');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export const pageStyle = `
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1rem 6rem; }
h2 { margin-top: 3rem; border-bottom: 1px solid #8885; padding-bottom: .3rem; }
article { border: 1px solid #8885; border-radius: .6rem; padding: .25rem 1rem .75rem; margin: 1rem 0; }
article:target, tr:target { outline: 2px solid #6366f1; }
h3 { font-size: 1rem; overflow-wrap: anywhere; }
.method { font: 600 .75rem/1 ui-monospace, monospace; padding: .25rem .45rem; border-radius: .3rem; background: #4338ca; color: #fff; }
.POST { background: #166534; } .PATCH, .PUT { background: #854d0e; } .DELETE { background: #991b1b; }
.access { font-size: .875rem; opacity: .85; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; }
pre { overflow: auto; max-height: 24rem; background: #8881; padding: .75rem; border-radius: .4rem; }
summary { cursor: pointer; }
.contents { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #8885; }
a { color: LinkText; }
`;
