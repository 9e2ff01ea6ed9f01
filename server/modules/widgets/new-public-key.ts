import { randomToken } from '../../lib/secrets.ts';

/** What a site's tag names a widget by: public, unguessable, and never given twice. */
export const newPublicKey = () => `wk_${randomToken(16)}`;
