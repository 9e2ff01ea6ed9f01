import catalog from '../database/schema-catalog.json' with { type: 'json' };

/** Tables whose rows belong to one client each, and the clients themselves, with the column that names the client. */
const clientColumns = new Map([
  ['clients', 'id'],
  ...Object.entries(catalog)
    .filter(([, table]) => 'client_id' in table.columns)
    .map(([name]): [string, string] => [name, 'client_id']),
]);

/**
 * The statements that may reach rows without naming a client: they are how the server learns whose rows it is about to
 * work with. Each is recognised by the condition it has instead.
 */
export const unscopedOnPurpose: { reason: string; condition: RegExp }[] = [
  {
    reason: 'the widget that a site names',
    condition: /from client_widgets where \(client_widgets\.public_key = \$\d/,
  },
  { reason: 'the API key that a request carries', condition: /from api_keys where \(api_keys\.key_hash = \$\d/ },
  { reason: 'the invitation that a link names', condition: /from invitations where invitations\.token_hash = \$\d/ },
  {
    reason: 'the clients of a signed-in user',
    condition: /from members inner join clients .* where members\.user_id = \$\d+$/,
  },
  { reason: 'widgets due for activation', condition: /from client_widgets where \(client_widgets\.status = '' and/ },
  { reason: 'conversations due to wake', condition: /from conversations where \(conversations\.status = '' and/ },
  {
    reason: 'conversations that cannot be found by all of their messages yet',
    condition:
      /from conversations left join conversation_search .* where .*coalesce\(conversation_search\.up_to_sequence,/,
  },
  { reason: 'attachments that nobody sent', condition: /from attachments where \(attachments\.sent_at is null and/ },
  {
    reason: 'jobs to be done, which say for whom',
    condition: /^with due as \( select .* from jobs j where j\.kind = wanted\.kind and .* for update skip locked/,
  },
  {
    reason: 'deliveries to be sent, which say for whom',
    condition:
      /^with due as \( with recursive waiting as \( \(select .* from webhook_deliveries d where d\.state = '' .* for update skip locked/,
  },
  {
    reason: 'clients with a webhook',
    condition: /^select distinct client_id from webhooks where webhooks\.enabled = \$\d/,
  },
  {
    reason: 'deliveries that waited too long for a webhook that is off',
    condition: /^with overdue as \( select .* where not w\.enabled and d\.state = '' and d\.next_try_at < \$\d/,
  },
  {
    reason: 'deliveries that are over long since',
    condition: /^delete from webhook_deliveries where .* in \(select .* webhook_deliveries\.created_at < \$\d/,
  },
  {
    reason: 'all clients, whose rows are then read one after the other to be carried elsewhere',
    condition:
      /^select id, name, created_at, updated_at from clients where clients\.id > \$\d order by clients\.id limit/,
  },
  {
    reason: 'how many jobs are waiting',
    condition: /^select count\(\*\), min\(run_at\) from jobs where \(jobs\.run_at <= \$\d/,
  },
  {
    reason: 'how many jobs have failed, and how many were left',
    condition: /^select count\(\*\) filter \(where last_error is not null [^,]*, count\(\*\) filter [^,]* from jobs$/,
  },
  {
    reason: 'how many webhooks are failing',
    condition:
      /^select count\(\*\) from webhooks where \(webhooks\.enabled = \$\d and webhooks\.failing_since is not null\)$/,
  },
  {
    reason: 'whether there is anything at all',
    condition: /^select not exists \(select from users\) and not exists \(select from clients\)/,
  },
];

/** Whether the statement is one of those that may do without naming a client. */
export function isUnscopedOnPurpose(sql: string, exceptions = unscopedOnPurpose): boolean {
  const text = normalise(sql);
  return exceptions.some(({ condition }) => condition.test(text));
}

/**
 * Why a statement could reach rows of another client, a line for each owned table in it that is not tied to a client;
 * empty when every one is. Meant for the SQL of this project: what it does not understand it reports.
 */
export function unscopedTables(sql: string): string[] {
  const text = normalise(sql);
  const faults: string[] = [];
  for (const [table, clientColumn] of clientColumns) {
    const uses = [...text.matchAll(new RegExp(`(?<![\\w.])${table}(?![\\w.])`, 'g'))];
    for (const use of uses) {
      if (isColumn(text.slice(0, use.index), text.slice(use.index + table.length))) continue;
      const fault = faultOf(text, table, clientColumn, use.index);
      if (fault !== undefined) faults.push(`${table}: ${fault}`);
    }
  }
  return faults;
}

export const notAnAlias = new Set(
  'where set on inner left right full cross join order group limit returning values as using for union and'.split(' '),
);

/** Whether what stands in between is the name of a column that is called as a table is: no table stands in such a place. */
export function isColumn(before: string, after: string): boolean {
  if (/\binsert into \w+ \([^()]*$/.test(before) || /^ [<>=]/.test(after)) return true;
  const clause = /.*\b(select|returning|set|from|join|where|on|values|update|into|by|using|with)\b/.exec(before)?.[1];
  return clause === 'select' || clause === 'returning' || clause === 'set';
}

function faultOf(text: string, table: string, clientColumn: string, at: number): string | undefined {
  const before = text.slice(0, at);
  const after = text.slice(at + table.length);
  if (/\binsert into $/.test(before)) {
    const columns = /^ \(([^)]*)\)/.exec(after)?.[1]?.split(', ') ?? [];
    return columns.includes(clientColumn) ? undefined : `inserted into without ${clientColumn}`;
  }
  if (/\b(?:update set|do update set) .*$/.test(before) && after.startsWith('.')) return undefined;
  if (!/\b(?:from|join|update|delete from)(?: only)? $/.test(before)) return 'used in a way that is not understood';
  const alias = /^ (?:as )?([a-z_]\w*)/.exec(after)?.[1];
  const name = alias === undefined || notAnAlias.has(alias) ? table : alias;
  const conditions = conditionsOf(text);
  const tied = new RegExp(`\\b${name}\\.${clientColumn} = (?:\\$\\d+|\\w+\\.client_id)(?!\\w)`).test(conditions);
  const tiedFromThere = new RegExp(`\\w+\\.client_id = ${name}\\.${clientColumn}(?!\\w)`).test(conditions);
  return tied || tiedFromThere ? undefined : `not tied to a client by ${name}.${clientColumn}`;
}

/** Everything behind a WHERE or an ON, where a comparison restricts rows instead of setting a value. */
export function conditionsOf(text: string): string {
  return text
    .split(/\b(?=(?:where|on|set|select|values|returning|order by|window|with)\b)/)
    .filter((part) => /^(?:where|on)\b/.test(part))
    .join(' ');
}

/** One line in small letters, without quotes around names, comments and the contents of texts. */
export function normalise(sql: string): string {
  return sql
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/--[^\n]*/g, ' ')
    .replaceAll('"', '')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}
