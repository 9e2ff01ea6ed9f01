import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may look at how the server stands: whoever knows the operator's token. */
export interface OperatorAccess {
  /** For whoever asks over the loopback of this machine. */
  readonly token: string;
  isToken(given: string | undefined): boolean;
  /** Something to keep in a browser in place of the token; good for an hour. */
  grant(): string;
  isGrant(given: string | undefined): boolean;
  /** Proves to the server that it asks itself, without telling the token to whatever lies in between; good for a minute. */
  probe(): string;
  isProbe(given: string | undefined): boolean;
}

export const grantSeconds = 3_600;
const probeSeconds = 60;

/** With the token of the settings, else with one that is made here. */
export function createOperatorAccess(given: string | undefined, now: () => Date): OperatorAccess {
  const token = given ?? randomBytes(32).toString('hex');
  const sign = (purpose: string, until: string) =>
    createHmac('sha256', token).update(`confab operator ${purpose} ${until}`).digest('base64url');
  const make = (purpose: string, seconds: number) => {
    const until = String(Math.floor(now().getTime() / 1000) + seconds);
    return `${until}.${sign(purpose, until)}`;
  };
  const isGood = (purpose: string, value = '') => {
    const [until = '', signature = ''] = value.split('.', 2);
    return isSame(signature, sign(purpose, until)) && Number(until) * 1000 > now().getTime();
  };
  return {
    token,
    isToken: (value) => value !== undefined && isSame(value, token),
    grant: () => make('grant', grantSeconds),
    isGrant: (value) => isGood('grant', value),
    probe: () => make('probe', probeSeconds),
    isProbe: (value) => isGood('probe', value),
  };
}

/** Takes as long whatever is wrong. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
