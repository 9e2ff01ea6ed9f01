import { describe } from 'vitest';
import { accountsSuite } from './accounts.suite.ts';
import { apiKeysSuite } from './api-keys.suite.ts';
import { attachmentsSuite } from './attachments.suite.ts';
import { auditSuite } from './audit.suite.ts';
import { cannedRepliesSuite } from './canned-replies.suite.ts';
import { clientSuite } from './client.suite.ts';
import { concurrencySuite } from './concurrency.suite.ts';
import { conversationsSuite } from './conversations.suite.ts';
import { countsSuite } from './counts.suite.ts';
import { directorySuite } from './directory.suite.ts';
import { handoffsSuite } from './handoffs.suite.ts';
import type { OpenHarness } from './harness.ts';
import { identitiesSuite } from './identities.suite.ts';
import { installsSuite } from './installs.suite.ts';
import { invitationsSuite } from './invitations.suite.ts';
import { isolationSuite } from './isolation.suite.ts';
import { lifetimeSuite } from './lifetime.suite.ts';
import { membersSuite } from './members.suite.ts';
import { messagesSuite } from './messages.suite.ts';
import { notesSuite } from './notes.suite.ts';
import { ratingsSuite } from './ratings.suite.ts';
import { searchSuite } from './search.suite.ts';
import { transactionsSuite } from './transactions.suite.ts';
import { visitorsSuite } from './visitors.suite.ts';
import { widgetsSuite } from './widgets.suite.ts';

/** Proves every promise of the seam on the storages that `open` makes. */
export function describeStorage(name: string, open: OpenHarness): void {
  describe(name, () => {
    accountsSuite(open);
    directorySuite(open);
    clientSuite(open);
    membersSuite(open);
    invitationsSuite(open);
    apiKeysSuite(open);
    widgetsSuite(open);
    installsSuite(open);
    identitiesSuite(open);
    visitorsSuite(open);
    conversationsSuite(open);
    messagesSuite(open);
    attachmentsSuite(open);
    notesSuite(open);
    cannedRepliesSuite(open);
    handoffsSuite(open);
    ratingsSuite(open);
    searchSuite(open);
    countsSuite(open);
    auditSuite(open);
    transactionsSuite(open);
    concurrencySuite(open);
    lifetimeSuite(open);
    isolationSuite(open);
  });
}
