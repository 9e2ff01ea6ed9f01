import { expect, test } from 'vitest';
import { createSealing } from '../../../lib/sealing.ts';
import { createTestEnvironment } from '../../../storage/conformance/harness.ts';
import { modelInput } from '../../../storage/conformance/knowledge-worlds.ts';
import { addClient, addUser } from '../../../storage/conformance/worlds.ts';
import { createPool } from '../../../storage/database/connection.ts';
import { MemStorage } from '../../../storage/memory/mem-storage.ts';
import { sealingContextOf } from '../../accounts/second-factor.ts';
import { modelKeyContext } from '../../answers/model-access.ts';
import { runChecks } from '../check.ts';
import { databaseChecks } from './database.ts';
import { sealedCheck } from './sealed.ts';
import { askingDatabase } from './while-away.ts';

test('a database that is away is told once, with what to do, and not as many faults', async () => {
  const pool = await createPool({ url: 'postgres://nobody@127.0.0.1:1/none' });
  const [first, ...others] = await runChecks(askingDatabase(databaseChecks({ pool, now: () => new Date() })));
  await pool.end();
  expect(first).toMatchObject({
    verdict: 'red',
    seen: expect.stringMatching(/^The database does not answer: .*ECONNREFUSED/),
    advice: expect.stringContaining('ConfabStorageAway'),
  });
  expect(others.length).toBeGreaterThan(3);
  for (const other of others) {
    expect(other).toMatchObject({ verdict: 'yellow', seen: 'Cannot be seen while the database does not answer.' });
  }
});

test('what fails for another reason stays what it is', async () => {
  const [found] = await runChecks(
    askingDatabase([{ id: 'one', title: 'One', run: () => Promise.reject(new Error('It is broken')) }]),
  );
  expect(found).toMatchObject({ verdict: 'red', seen: 'It failed: It is broken.' });
});

test('secrets that no key opens any more are told, with how to get them back', async () => {
  const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const storage = new MemStorage(createTestEnvironment());
  const look = async (...keys: Buffer[]) => (await runChecks([sealedCheck(storage, keys)]))[0]!;
  expect(await look(newKey)).toMatchObject({ verdict: 'green', seen: 'None is stored.' });
  const before = createSealing([oldKey]);
  const user = await addUser(storage);
  const { client } = await addClient(storage);
  await storage.credentials.setSecondFactor(user.id, before.seal('factor', sealingContextOf(user.id)));
  await client.models.set(modelInput({ sealedApiKey: before.seal('model', modelKeyContext(client.clientId)) }));
  expect(await look(newKey, oldKey)).toMatchObject({ verdict: 'green', seen: '2 tried, and all can be opened.' });
  expect(await look(newKey)).toMatchObject({
    verdict: 'red',
    seen: expect.stringContaining('2 tried, of which 2 cannot be opened'),
    advice: expect.stringContaining('npm run secrets:rotate'),
  });
});
