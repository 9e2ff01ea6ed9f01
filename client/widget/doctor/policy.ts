/** What the page's policy has kept from our origin: the directive that a browser applied, and the one to be widened. */
export type Refused = Map<string, string>;

/** The directives that stand in for one that the policy does not have, in order. */
const standIns: Record<string, readonly string[]> = { 'frame-src': ['frame-src', 'child-src', 'default-src'] };

/** Collects in `refused` what the page's policy keeps from `origin`, until it is stopped. */
export function watchPolicy(origin: string): { refused: Refused; stop(): void } {
  const refused: Refused = new Map();
  const listen = (event: SecurityPolicyViolationEvent) => {
    const { effectiveDirective: applied, originalPolicy, disposition, blockedURI } = event;
    if (disposition !== 'enforce' || !blockedURI.startsWith(origin) || refused.has(applied)) return;
    const present = originalPolicy.split(';').map((directive) => directive.trim().split(/\s/, 1)[0]?.toLowerCase());
    const candidates = standIns[applied] ?? [applied, 'default-src'];
    refused.set(applied, candidates.find((name) => present.includes(name)) ?? applied);
  };
  document.addEventListener('securitypolicyviolation', listen);
  return { refused, stop: () => document.removeEventListener('securitypolicyviolation', listen) };
}
