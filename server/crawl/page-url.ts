/** Parameters that say where a visitor came from, not what the page is. */
const tracking =
  /^(utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|_ga|_gl|ref_src|igshid|yclid|sessionid|phpsessid|jsessionid)$/i;
/** What holds no text that is read. */
const assets =
  /\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp|tiff?|heic|css|m?js|map|json|xml|rss|atom|woff2?|ttf|eot|otf|mp[34]|m4[av]|mov|avi|webm|ogg|wav|flac|zip|gz|tgz|tar|rar|7z|dmg|exe|msi|apk|deb|rpm|iso|bin|ics|vcf|doc|xls|ppt)$/i;

const urlCharsMax = 600;
const pathDepthMax = 16;

/** One form for all spellings of a page's address; undefined for what is no web page. */
export function pageUrl(target: string, base?: string): string | undefined {
  let url: URL;
  try {
    url = new URL(target, base);
  } catch {
    return undefined;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) if (tracking.test(name)) url.searchParams.delete(name);
  if (url.search === '?' || url.search === '') url.search = '';
  return url.href;
}

/** Whether an address is worth asking for: not a picture or a program, and not one of a maze of made-up addresses. */
export function isWorthAsking(address: string): boolean {
  const url = new URL(address);
  const depth = url.pathname.split('/').length;
  return address.length <= urlCharsMax && depth <= pathDepthMax && !assets.test(url.pathname);
}
