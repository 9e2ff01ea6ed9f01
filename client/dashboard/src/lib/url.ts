type Values = Readonly<Record<string, unknown>>;

/**
 * The address of an endpoint: `:name` parts of the path filled in from `params`, encoded, and `query` appended. Members
 * of the query that are undefined or null are left out.
 *
 * Throws when the path has a part that `params` does not fill with a non-empty value.
 */
export function buildUrl(path: string, params: Values = {}, query: Values = {}): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === null || value === '') throw new Error(`${path} needs ${name}`);
    return encodeURIComponent(String(value));
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.append(name, String(value));
  }
  return search.size === 0 ? filled : `${filled}?${search}`;
}
