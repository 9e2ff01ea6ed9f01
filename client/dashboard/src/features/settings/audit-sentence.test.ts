import { expect, it } from 'vitest';
import { auditSentence } from './audit-sentence.ts';

const entry = (action: string, details: Record<string, unknown> = {}) =>
  auditSentence({ action, targetType: 'x', targetId: 'y', details });

it('says what happened in words', () => {
  expect(entry('widget.updated', { name: 'Shop', changed: ['color', 'allowedSites'] })).toBe(
    'changed the widget “Shop”: color and allowed sites',
  );
  expect(entry('member.roleChanged', { name: 'Ann', from: 'agent', to: 'admin' })).toBe(
    'made Ann an admin (was an agent)',
  );
  expect(entry('invitation.created', { email: null, role: 'agent' })).toBe('invited somebody as an agent');
  expect(entry('conversation.updated', { tags: { from: [], to: ['vip', 'refund'] } })).toBe(
    'tagged a conversation: vip, refund',
  );
  expect(entry('widget.identitySecretMade', { name: 'Shop' })).toBe('made an identity secret for the widget “Shop”');
  expect(entry('widget.identitySecretRotated', { name: 'Shop' })).toBe(
    'replaced the identity secret of the widget “Shop”',
  );
  expect(entry('widget.identitySecretRemoved', { name: 'Shop' })).toBe(
    'removed the identity secret of the widget “Shop”',
  );
  expect(entry('cannedReply.updated', { shortcut: 'refund', changed: ['content'] })).toBe(
    'changed the canned reply /refund: content',
  );
});

it('stays readable when details are missing or odd', () => {
  for (const details of [{}, { name: 7, changed: 'x', tags: null, role: 'king' }]) {
    for (const action of [
      'widget.updated',
      'member.removed',
      'conversation.updated',
      'conversation.snoozed',
      'member.joined',
      'cannedReply.created',
    ]) {
      expect(entry(action, details)).not.toMatch(/undefined|null|\[object/);
    }
  }
});

it('spells out an action it does not know', () => {
  expect(entry('apiKey.lentOut', { name: 'Orders' })).toBe('lent out: api key “Orders”');
});
