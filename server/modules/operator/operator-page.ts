import { escapeHtml } from '../embed/page-headers.ts';
import { pageStyle } from '../system/api-page.ts';
import { type CheckResult, worstOf } from './check.ts';
import type { OperatorReport } from './create-operator.ts';
import { summaryOf, verdictWords } from './report-words.ts';

/** Asks for the token. Needs no script. */
export function createSignInPage({ isWrong }: { isWrong: boolean }): string {
  const fault = isWrong ? '<p id="fault" class="fault" role="alert">That is not the token of this server.</p>' : '';
  const described = isWrong ? ' aria-describedby="fault" aria-invalid="true"' : '';
  return page(
    'Operator',
    `<p>How this server stands, for whoever runs it. The token is <code>OPERATOR_TOKEN</code>; where none is set, it is in
     <code>operator.json</code> in the data folder, and new with each start. <code>npm run doctor</code> says the same in a
     terminal.</p>
     <form method="post" action="/operator">${fault}<label for="token">Operator’s token</label>
     <input id="token" name="token" type="password" autocomplete="off" required maxlength="500"${described}>
     <button>Show how it stands</button></form>`,
  );
}

/** What was found: what is wrong before what is well. */
export function createReportPage({ checkedAt, results }: OperatorReport): string {
  const order = { red: 0, yellow: 1, green: 2 };
  const sorted = [...results].sort((a, b) => order[a.verdict] - order[b.verdict]);
  const [date = '', time = ''] = checkedAt.split(/[T.]/);
  return page(
    'How this server stands',
    `<p class="summary ${worstOf(results)}">${summaryOf(results)}</p>
     <p>Checked <time datetime="${checkedAt}">${date}, ${time} UTC</time>. What each figure means is in
     docs/runbook.md.</p><ul class="checks">${sorted.map(item).join('')}</ul>
     <div class="actions"><form method="get" action="/operator"><button>Check again</button></form>
     <form method="post" action="/operator"><button name="action" value="leave">Leave</button></form></div>`,
  );
}

function item({ id, title, verdict, seen, advice, durationMs }: CheckResult): string {
  const todo = advice === null ? '' : `<p class="advice">${escapeHtml(advice)}</p>`;
  return `<li id="${id}" class="${verdict}"><h2><span class="verdict">${verdictWords[verdict]}</span> ${escapeHtml(title)}</h2>
    <p>${escapeHtml(seen)} <span class="access">${durationMs}&nbsp;ms</span></p>${todo}</li>`;
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex"><title>${title} · Confab</title><link rel="stylesheet" href="/operator/style.css"></head>
    <body><main><h1>${title}</h1>${content}</main></body></html>`;
}

export const operatorStyle = `${pageStyle}
form { display: grid; gap: .5rem; justify-items: start; }
label { font-weight: 600; }
input { font: inherit; width: min(100%, 30rem); box-sizing: border-box; padding: .5rem .6rem; border: 1px solid #767676; border-radius: .4rem; background: Field; color: FieldText; }
button { font: inherit; min-height: 2.75rem; padding: .4rem 1rem; border: 0; border-radius: .4rem; background: #4338ca; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #6366f1; outline-offset: 2px; }
.fault, .summary { padding: .6rem .9rem; border-radius: .4rem; border-inline-start: .4rem solid; }
.fault { border-color: #b91c1c; margin: 0; }
.checks { list-style: none; padding: 0; }
.checks li { border-inline-start: .4rem solid; padding: .1rem .9rem; margin: .8rem 0; overflow-wrap: anywhere; }
.checks h2 { font-size: 1rem; margin: .4rem 0; border: 0; padding: 0; }
.checks p { margin: .3rem 0; }
:is(li, .summary).green { border-color: #166534; } :is(li, .summary).yellow { border-color: #a16207; } :is(li, .summary).red { border-color: #b91c1c; }
.verdict { display: inline-block; font-size: .8rem; padding: .1rem .5rem; border-radius: .3rem; color: #fff; }
.green .verdict { background: #166534; } .yellow .verdict { background: #854d0e; } .red .verdict { background: #b91c1c; }
.advice { font-weight: 600; }
.actions { display: flex; gap: 1rem; flex-wrap: wrap; }
`;
