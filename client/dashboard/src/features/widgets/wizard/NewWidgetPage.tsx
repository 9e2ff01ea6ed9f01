import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { createWidget } from '../../../../../../shared/contracts/widgets.ts';
import { widgetDefaults } from '../../../../../../shared/widget-settings.ts';
import { call } from '../../../lib/api.ts';
import { useCurrentClient } from '../../../lib/current-client.ts';
import { Button, buttonClass } from '../../../ui/Button.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { Card, Page } from '../../../ui/Page.tsx';
import { ServerForm } from '../../../ui/ServerForm.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { useAction } from '../../../ui/use-action.ts';
import { ColorField } from '../ColorField.tsx';
import { useWidgetCache } from '../use-widget-cache.ts';
import { Steps } from './Steps.tsx';

/** First step: with a name and a colour the widget is made, and can be seen from then on. */
export function NewWidgetPage() {
  const { clientId, clientName, may } = useCurrentClient();
  const navigate = useNavigate();
  const refresh = useWidgetCache(clientId);
  const [name, setName] = useState(clientName);
  const [color, setColor] = useState<string>(widgetDefaults.color);
  const create = useAction(
    () => call(createWidget, { params: { clientId }, body: { name, color, engine: 'knowledge' } }),
    async (widget) => {
      void refresh(widget);
      await navigate({
        to: '/c/$clientId/widgets/$widgetId/setup',
        params: { clientId, widgetId: widget.id },
        replace: true,
      });
    },
  );
  return (
    <Page title="New widget" width="narrow">
      <Steps current={0} />
      <Card title="What is it called, and which colour has it?">
        {may('widgets.manage') ? (
          <ServerForm
            faults={create.faults}
            error={create.error}
            pointers={['/name', '/color']}
            onSubmit={() => create.run(undefined)}
          >
            <TextField
              label="Name"
              pointer="/name"
              description="Visitors see it at the top of the chat."
              autoFocus
              value={name}
              onChange={setName}
            />
            <ColorField pointer="/color" value={color} onChange={setColor} />
            <div className="flex justify-between gap-2">
              <Link to="/c/$clientId/widgets" params={{ clientId }} className={buttonClass('quiet')}>
                Cancel
              </Link>
              <Button type="submit" look="primary" isPending={create.isPending}>
                Create and go on
              </Button>
            </div>
          </ServerForm>
        ) : (
          <Notice tone="note">Your role does not allow making widgets. Ask an owner or an admin.</Notice>
        )}
      </Card>
    </Page>
  );
}
