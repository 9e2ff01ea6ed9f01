import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { findSource } from './features/answers/find-source.ts';
import { readAnswersSearch } from './features/answers/searches.ts';
import { readInboxSearch } from './features/inbox/filter.ts';
import { readDocumentSearch, readPlaygroundSearch } from './features/knowledge/searches.ts';
import { BareNotFoundScreen, ErrorScreen, NotFoundScreen, PendingScreen } from './features/shell/screens.tsx';
import { TitleKeeper } from './features/shell/TitleKeeper.tsx';
import { readEditorSearch, readSetupSearch } from './features/widgets/searches.ts';
import { queryClient } from './lib/query-client.ts';
import { firstMembership, meQuery, safeNext } from './lib/session.ts';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <>
      <TitleKeeper />
      <Outlet />
    </>
  ),
  notFoundComponent: BareNotFoundScreen,
});

interface NextSearch {
  next?: string | undefined;
}
const readNext = (raw: Record<string, unknown>): NextSearch => (typeof raw.next === 'string' ? { next: raw.next } : {});

/** Somebody who is signed in has no business on the screens for signing in. */
const toAppWhenSignedIn = async ({
  context,
  search,
}: {
  context: { queryClient: QueryClient };
  search: NextSearch;
}) => {
  if (await context.queryClient.ensureQueryData(meQuery)) throw redirect({ href: safeNext(search.next) });
};

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readNext,
  beforeLoad: toAppWhenSignedIn,
  component: lazyRouteComponent(() => import('./features/accounts/SignInPage.tsx'), 'SignInPage'),
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: '/sign-up',
  validateSearch: readNext,
  beforeLoad: toAppWhenSignedIn,
  component: lazyRouteComponent(() => import('./features/accounts/SignUpPage.tsx'), 'SignUpPage'),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  component: lazyRouteComponent(() => import('./features/accounts/InvitePage.tsx'), 'InvitePage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./features/accounts/ForgotPasswordPage.tsx'), 'ForgotPasswordPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./features/accounts/ResetPasswordPage.tsx'), 'ResetPasswordPage'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const view = await context.queryClient.ensureQueryData(meQuery);
    if (view) return;
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
  },
  component: lazyRouteComponent(() => import('./features/shell/SignedInLayout.tsx'), 'SignedInLayout'),
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' });
  },
});

/** Short addresses to remember and to print: they lead to the client used last. */
async function requireClient(queryClient: QueryClient): Promise<{ clientId: string }> {
  const view = await queryClient.ensureQueryData(meQuery);
  const membership = view && firstMembership(view);
  if (!membership) throw redirect({ to: '/clients/new' });
  return { clientId: membership.clientId };
}

const inboxShortcut = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox',
  beforeLoad: async ({ context }) => {
    throw redirect({ to: '/c/$clientId/inbox', params: await requireClient(context.queryClient) });
  },
});

const widgetsShortcut = createRoute({
  getParentRoute: () => signedIn,
  path: '/widgets',
  beforeLoad: async ({ context }) => {
    throw redirect({ to: '/c/$clientId/widgets', params: await requireClient(context.queryClient) });
  },
});

const knowledgeShortcut = createRoute({
  getParentRoute: () => signedIn,
  path: '/knowledge',
  beforeLoad: async ({ context }) => {
    throw redirect({ to: '/c/$clientId/knowledge', params: await requireClient(context.queryClient) });
  },
});

const answersShortcut = createRoute({
  getParentRoute: () => signedIn,
  path: '/answers',
  beforeLoad: async ({ context }) => {
    throw redirect({ to: '/c/$clientId/answers', params: await requireClient(context.queryClient) });
  },
});

const settingsShortcut = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  beforeLoad: async ({ context }) => {
    throw redirect({ to: '/c/$clientId/settings', params: await requireClient(context.queryClient) });
  },
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./features/accounts/AccountPage.tsx'), 'AccountPage'),
});

const newClient = createRoute({
  getParentRoute: () => signedIn,
  path: '/clients/new',
  component: lazyRouteComponent(() => import('./features/clients/NewClientPage.tsx'), 'NewClientPage'),
});

const client = createRoute({
  getParentRoute: () => signedIn,
  path: '/c/$clientId',
  component: lazyRouteComponent(() => import('./features/clients/ClientLayout.tsx'), 'ClientLayout'),
});

const clientHome = createRoute({
  getParentRoute: () => client,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/c/$clientId/inbox', params });
  },
});

const inbox = createRoute({
  getParentRoute: () => client,
  path: '/inbox',
  validateSearch: readInboxSearch,
  component: lazyRouteComponent(() => import('./features/inbox/InboxPage.tsx'), 'InboxPage'),
});

const thread = createRoute({
  getParentRoute: () => inbox,
  path: '/$conversationId',
  component: lazyRouteComponent(() => import('./features/inbox/ThreadPane.tsx'), 'ThreadPane'),
});

const widgets = createRoute({
  getParentRoute: () => client,
  path: '/widgets',
  component: lazyRouteComponent(() => import('./features/widgets/WidgetListPage.tsx'), 'WidgetListPage'),
});

const newWidget = createRoute({
  getParentRoute: () => client,
  path: '/widgets/new',
  component: lazyRouteComponent(() => import('./features/widgets/wizard/NewWidgetPage.tsx'), 'NewWidgetPage'),
});

const widgetSetup = createRoute({
  getParentRoute: () => client,
  path: '/widgets/$widgetId/setup',
  validateSearch: readSetupSearch,
  component: lazyRouteComponent(() => import('./features/widgets/wizard/SetupPage.tsx'), 'SetupPage'),
});

const widgetEditor = createRoute({
  getParentRoute: () => client,
  path: '/widgets/$widgetId',
  validateSearch: readEditorSearch,
  component: lazyRouteComponent(() => import('./features/widgets/editor/EditorPage.tsx'), 'EditorPage'),
});

const documents = createRoute({
  getParentRoute: () => client,
  path: '/knowledge',
  component: lazyRouteComponent(() => import('./features/knowledge/DocumentListPage.tsx'), 'DocumentListPage'),
});

const playground = createRoute({
  getParentRoute: () => client,
  path: '/knowledge/playground',
  validateSearch: readPlaygroundSearch,
  component: lazyRouteComponent(() => import('./features/knowledge/PlaygroundPage.tsx'), 'PlaygroundPage'),
});

const newWritten = createRoute({
  getParentRoute: () => client,
  path: '/knowledge/new/$kind',
  component: lazyRouteComponent(() => import('./features/knowledge/WritePages.tsx'), 'NewWrittenPage'),
});

const oneDocument = createRoute({
  getParentRoute: () => client,
  path: '/knowledge/$documentId',
  validateSearch: readDocumentSearch,
  component: lazyRouteComponent(() => import('./features/knowledge/DocumentPage.tsx'), 'DocumentPage'),
});

const editWritten = createRoute({
  getParentRoute: () => client,
  path: '/knowledge/$documentId/edit',
  component: lazyRouteComponent(() => import('./features/knowledge/WritePages.tsx'), 'EditWrittenPage'),
});

const answers = createRoute({
  getParentRoute: () => client,
  path: '/answers',
  validateSearch: readAnswersSearch,
  component: lazyRouteComponent(() => import('./features/answers/AnswersPage.tsx'), 'AnswersPage'),
});

/** A citation leads on to the passage that its receipt names. */
const answerSource = createRoute({
  getParentRoute: () => client,
  path: '/answers/$conversationId/$messageId/$number',
  beforeLoad: async ({ context, params }) => {
    const { clientId, number } = params;
    const source = await findSource(context.queryClient, { ...params, number: Number(number) });
    if (!source) return;
    throw redirect({
      to: '/c/$clientId/knowledge/$documentId',
      params: { clientId, documentId: source.documentId },
      hash: `chunk=${source.chunkId}`,
      replace: true,
    });
  },
  component: lazyRouteComponent(() => import('./features/answers/SourceGonePage.tsx'), 'SourceGonePage'),
});

const settings = createRoute({
  getParentRoute: () => client,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/SettingsLayout.tsx'), 'SettingsLayout'),
});

const generalSettings = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('./features/settings/GeneralPage.tsx'), 'GeneralPage'),
});

const members = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('./features/settings/MembersPage.tsx'), 'MembersPage'),
});

const cannedReplies = createRoute({
  getParentRoute: () => settings,
  path: '/canned-replies',
  component: lazyRouteComponent(() => import('./features/settings/CannedRepliesPage.tsx'), 'CannedRepliesPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./features/settings/ApiKeysPage.tsx'), 'ApiKeysPage'),
});

const model = createRoute({
  getParentRoute: () => settings,
  path: '/model',
  component: lazyRouteComponent(() => import('./features/answers/ModelPage.tsx'), 'ModelPage'),
});

const webhooks = createRoute({
  getParentRoute: () => settings,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./features/webhooks/WebhooksPage.tsx'), 'WebhooksPage'),
});

const oneWebhook = createRoute({
  getParentRoute: () => settings,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('./features/webhooks/WebhookPage.tsx'), 'WebhookPage'),
});

const privacy = createRoute({
  getParentRoute: () => settings,
  path: '/privacy',
  component: lazyRouteComponent(() => import('./features/privacy/PrivacyPage.tsx'), 'PrivacyPage'),
});

const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('./features/settings/AuditPage.tsx'), 'AuditPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    signUp,
    forgotPassword,
    resetPassword,
    invite,
    signedIn.addChildren([
      home,
      inboxShortcut,
      widgetsShortcut,
      knowledgeShortcut,
      answersShortcut,
      settingsShortcut,
      account,
      newClient,
      client.addChildren([
        clientHome,
        inbox.addChildren([thread]),
        widgets,
        newWidget,
        widgetSetup,
        widgetEditor,
        documents,
        playground,
        newWritten,
        oneDocument,
        editWritten,
        answers,
        answerSource,
        settings.addChildren([
          generalSettings,
          members,
          cannedReplies,
          model,
          apiKeys,
          webhooks,
          oneWebhook,
          privacy,
          audit,
        ]),
      ]),
    ]),
  ]),
  context: { queryClient },
  defaultPreload: 'intent',
  defaultPendingMs: 200,
  defaultPendingComponent: PendingScreen,
  defaultErrorComponent: ErrorScreen,
  defaultNotFoundComponent: NotFoundScreen,
  // Ids and tokens are texts, also when they look like numbers.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return text === '' ? '' : `?${text}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
