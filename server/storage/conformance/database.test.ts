import { databaseHarness } from './database-harness.ts';
import { describeStorage } from './describe-storage.ts';

describeStorage('DatabaseStorage on pg', databaseHarness());
