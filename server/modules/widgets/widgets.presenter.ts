import type { WidgetView } from '../../../shared/contracts/widgets.ts';
import type { Widget, WidgetIdentity } from '../../../shared/schema.ts';

/** `origin` is where people reach this server, without a trailing slash; `identity` belongs to the widget, if it has one. */
export function presentWidget(widget: Widget, identity: WidgetIdentity | undefined, origin: string): WidgetView {
  return {
    id: widget.id,
    publicKey: widget.publicKey,
    name: widget.name,
    welcomeMessage: widget.welcomeMessage,
    systemPrompt: widget.systemPrompt,
    color: widget.color,
    position: widget.position,
    theme: widget.theme,
    language: widget.language,
    voice: widget.voice,
    allowedSites: widget.allowedSites,
    suggestedQuestions: widget.suggestedQuestions,
    appearance: widget.appearance,
    businessHours: widget.businessHours,
    preChat: widget.preChat,
    retrieval: widget.retrieval,
    engine: widget.engine,
    engineSettings: widget.engineSettings,
    status: widget.status,
    statusReason: widget.statusReason,
    activateAt: widget.activateAt?.toISOString() ?? null,
    activatedAt: widget.activatedAt?.toISOString() ?? null,
    archivedAt: widget.archivedAt?.toISOString() ?? null,
    identitySecretAt: identity?.createdAt.toISOString() ?? null,
    identityFailure: failureOf(identity),
    embedCode: `<script async src="${origin}/widget.js" data-widget="${widget.publicKey}"></script>`,
    createdAt: widget.createdAt.toISOString(),
    updatedAt: widget.updatedAt.toISOString(),
  };
}

function failureOf(identity: WidgetIdentity | undefined): WidgetView['identityFailure'] {
  if (!identity?.lastFailure || !identity.lastFailureAt) return null;
  return { reason: identity.lastFailure, at: identity.lastFailureAt.toISOString() };
}
