import type { SecondFactor, Tally, User, UserToken } from '../../../shared/schema.ts';
import { users } from './mem-client-tables.ts';
import { defineTable, untyped } from './mem-table.ts';
import { compareText } from './mem-values.ts';

type WithId = { id: string };
const byId = (a: WithId, b: WithId) => compareText(a.id, b.id);
const idOfUser = (user: object) => (user as User).id;

export const userTokens = defineTable<UserToken>()({
  name: 'user_tokens',
  key: (token) => token.id,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: { user: { key: (token) => token.userId, compare: byId } },
  references: [
    {
      to: untyped(users),
      key: (token) => token.userId,
      missing: 'user',
      onDelete: 'cascade',
      children: { group: 'user', key: idOfUser },
    },
  ],
});

export const secondFactors = defineTable<SecondFactor>()({
  name: 'user_second_factors',
  key: (factor) => factor.id,
  taken: 'id_taken',
  json: ['recoveryHashes'],
  uniques: {},
  groups: {
    user: { key: (factor) => factor.id, compare: byId },
    all: { key: () => '', compare: byId },
  },
  references: [
    {
      to: untyped(users),
      key: (factor) => factor.id,
      missing: 'user',
      onDelete: 'cascade',
      children: { group: 'user', key: idOfUser },
    },
  ],
});

export const tallies = defineTable<Tally>()({
  name: 'tallies',
  key: (tally) => tally.id,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: {},
  references: [],
});
