import { expect, test } from 'vitest';
import { createSealing } from '../../lib/sealing.ts';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { modelInput } from '../../storage/conformance/knowledge-worlds.ts';
import { addClient, addUser, addWidget } from '../../storage/conformance/worlds.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import { sealingContextOf } from '../accounts/second-factor.ts';
import { webhookSecretContext } from '../answers/create-engines.ts';
import { modelKeyContext } from '../answers/model-access.ts';
import { openIdentity } from '../widgets/sealed-identity.ts';
import { rotateSecrets } from './rotate-secrets.ts';

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const before = createSealing([oldKey]);
const during = createSealing([newKey, oldKey]);
const after = createSealing([newKey]);

test('every stored secret can be opened without the old key afterwards, those never sealed before too', async () => {
  const storage = new MemStorage(createTestEnvironment());
  const user = await addUser(storage);
  const { client } = await addClient(storage);
  const [widget, other] = [await addWidget(client), await addWidget(client)];
  const { clientId } = client;
  await storage.credentials.setSecondFactor(user.id, before.seal('factor', sealingContextOf(user.id)));
  await client.models.set(modelInput({ sealedApiKey: before.seal('model', modelKeyContext(clientId)) }));
  await client.webhooks.setSecret(widget.id, before.seal('hook', webhookSecretContext(clientId, widget.id)));
  await client.identities.set(widget.id, 'wis_plain');
  const kept = await client.models.find();

  expect(await rotateSecrets(storage, during)).toEqual({ sealed: 4, lost: [] });

  const factor = await storage.credentials.findSecondFactor(user.id);
  expect(after.open(factor!.sealedSecret, sealingContextOf(user.id))).toBe('factor');
  const model = await client.models.find();
  expect(after.open(model!.sealedApiKey, modelKeyContext(clientId))).toBe('model');
  expect({ ...model, sealedApiKey: '' }).toEqual({ ...kept, sealedApiKey: '' });
  const hook = await client.webhooks.findSecret(widget.id);
  expect(after.open(hook!.sealedSecret, webhookSecretContext(clientId, widget.id))).toBe('hook');
  const identity = (await client.identities.find(widget.id))!;
  expect(identity.secret).not.toContain('wis_');
  expect(openIdentity(identity, after)).toBe('wis_plain');
  expect(await client.identities.find(other.id)).toBeUndefined();
  expect(await rotateSecrets(storage, after)).toEqual({ sealed: 4, lost: [] });
});

test('what no key opens is named and left as it is', async () => {
  const storage = new MemStorage(createTestEnvironment());
  const { client } = await addClient(storage);
  const sealedApiKey = before.seal('model', modelKeyContext(client.clientId));
  await client.models.set(modelInput({ sealedApiKey }));
  expect(await rotateSecrets(storage, after)).toEqual({ sealed: 0, lost: [modelKeyContext(client.clientId)] });
  expect(await client.models.find()).toMatchObject({ sealedApiKey });
});
