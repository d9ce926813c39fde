import { cleanLine } from '../../../model/text.ts';
import { formatBitRate } from '../../format/numbers.ts';
import type { ConsoleServices } from '../../services.ts';
import { busiest } from './load.ts';
import { type ChartedRouter, chartedRouters, chosenInterfacesSlice, shownRead } from './state.ts';

/** Asks which interface of each router is to be shown. */
export function chooseInterface(services: ConsoleServices): void {
  const { interfaces } = shownRead(services);
  const { store, dialogs, notify } = services;
  const chosen = store.get(chosenInterfacesSlice);
  const all = chartedRouters(services).flatMap((router) =>
    (interfaces.get(router.routerId) ?? []).map((reading) => ({ router, reading })),
  );
  if (all.length === 0) {
    notify('info', 'No interface has sent anything in the last 2 h, or none is read yet.');
    return;
  }
  const current = ({ routerId }: ChartedRouter): string | null =>
    chosen.get(routerId) ?? busiest(interfaces.get(routerId) ?? []);
  const several = chartedRouters(services).length > 1;
  dialogs.open({
    title: 'Traffic of which interface',
    choices: all.map(({ router, reading }) => {
      const { name, inBytesPerSecond: into, outBytesPerSecond: out, operUp } = reading;
      const rates = [into, out].map((rate) => (rate === null ? '?' : formatBitRate(rate))).join(' in, ');
      const shown = current(router) === name ? ', shown' : '';
      return cleanLine(`${several ? `${router.hostname} ` : ''}${name}: ${operUp ? `${rates} out` : 'down'}${shown}`);
    }),
    initialChoice: Math.max(
      0,
      all.findIndex(({ router, reading }) => current(router) === reading.name),
    ),
    confirm: {
      title: 'show',
      run({ choice }) {
        const one = all[choice];
        if (one !== undefined)
          store.update(chosenInterfacesSlice, (before) => new Map(before).set(one.router.routerId, one.reading.name));
      },
    },
  });
}
