import { CopyField } from '../../../ui/CopyField.tsx';
import { Card } from '../../../ui/Page.tsx';
import { Findings } from '../Findings.tsx';
import { InstallList } from '../Installs.tsx';
import { SitesField } from '../SitesField.tsx';
import { useEditor } from './editor-context.ts';

/** Which sites may show the widget, and the line that puts it there. */
export function SitesTab() {
  const { widget, draft, change } = useEditor();
  return (
    <>
      <Card
        title="Allowed sites"
        description="Browsers show the widget on these sites only, and the server answers them only. An empty list means nobody."
      >
        <SitesField value={draft.allowedSites} onChange={(allowedSites) => change({ allowedSites })} />
      </Card>
      <Card
        title="Where it was seen"
        description="Allowed sites whose pages have loaded the tag. Looks by itself, while this is open."
      >
        <InstallList widget={widget} />
      </Card>
      <Card
        title="Is it installed right?"
        description="What pages with the tag, and the server, find wrong, and the line that puts it right."
      >
        <Findings
          widget={widget}
          onAllow={(site) => change({ allowedSites: [...new Set([...draft.allowedSites, site])] })}
        />
      </Card>
      <Card title="The line to paste" description="Into every page that shall have the chat, before </body>.">
        <CopyField label="Tag" text={widget.embedCode} />
        <p className="text-muted text-xs">
          It weighs less than 3 kB and loads the chat on first use. The key in it is public; pasting the line twice does
          no harm.
        </p>
      </Card>
    </>
  );
}
