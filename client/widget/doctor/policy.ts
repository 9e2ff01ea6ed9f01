/** What the page's policy has kept from our origin: the directive that a browser applied, and the one to be widened. */
export type Refused = Map<string, string>;

interface Violation {
  effectiveDirective: string;
  originalPolicy: string;
  disposition: string;
  /** Where the browser wanted to go. */
  address: string | null;
}

/** As a browser tells of it later, to whom it is new. */
interface ViolationReport {
  body: (Violation & { blockedURL: string | null }) | null;
}
interface LateObserver {
  observe(): void;
  disconnect(): void;
}
type MakeObserver = new (
  listen: (reports: ViolationReport[]) => void,
  options: { types: string[]; buffered: boolean },
) => LateObserver;

/** The directives that stand in for one that the policy does not have, in order. */
const standIns: Record<string, readonly string[]> = { 'frame-src': ['frame-src', 'child-src', 'default-src'] };

/** Collects in `refused` what the page's policy keeps from `origin`, and where the browser tells what it kept before. */
export function watchPolicy(origin: string): { refused: Refused; stop(): void } {
  const refused: Refused = new Map();
  const note = ({ effectiveDirective: applied, originalPolicy, disposition, address }: Violation) => {
    if (disposition !== 'enforce' || !address?.startsWith(origin) || refused.has(applied)) return;
    const present = originalPolicy.split(';').map((directive) => directive.trim().split(/\s/, 1)[0]?.toLowerCase());
    const candidates = standIns[applied] ?? [applied, 'default-src'];
    refused.set(applied, candidates.find((name) => present.includes(name)) ?? applied);
  };
  const listen = (event: SecurityPolicyViolationEvent) => {
    const { effectiveDirective, originalPolicy, disposition, blockedURI: address } = event;
    note({ effectiveDirective, originalPolicy, disposition, address });
  };
  document.addEventListener('securitypolicyviolation', listen);
  const { ReportingObserver: Observer } = window as { ReportingObserver?: MakeObserver };
  const late =
    Observer &&
    new Observer(
      (reports) => {
        for (const { body } of reports) if (body) note(fromReport(body));
      },
      { types: ['csp-violation'], buffered: true },
    );
  late?.observe();
  return {
    refused,
    stop() {
      document.removeEventListener('securitypolicyviolation', listen);
      late?.disconnect();
    },
  };
}

/** Read one by one: they are not members of its own. */
function fromReport({
  effectiveDirective,
  originalPolicy,
  disposition,
  blockedURL,
}: NonNullable<ViolationReport['body']>): Violation {
  return { effectiveDirective, originalPolicy, disposition, address: blockedURL };
}
