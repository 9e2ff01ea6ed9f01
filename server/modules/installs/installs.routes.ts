import { listWidgetInstalls } from '../../../shared/contracts/widgets.ts';
import { limits } from '../../../shared/limits.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { presentInstall } from './install.presenter.ts';

/** On which sites a client's widgets were seen. */
export function installsRoutes(): Route[] {
  return [
    route(listWidgetInstalls, async ({ caller, params }) => {
      const { widgets, installs } = caller.storage;
      if (!(await widgets.find(params.widgetId))) throw new NotFoundError('widget');
      return { items: (await installs.list(params.widgetId, limits.installsPerWidgetMax)).map(presentInstall) };
    }),
  ];
}
