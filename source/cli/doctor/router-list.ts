import { cleanLine } from '../../model/text.ts';

const MOST = 8;

/** `R1, R2 and 3 more`, sorted; an empty id is one that is missing. */
export function routerList(ids: Iterable<string>): string {
  const all = [...ids].toSorted();
  const some = all
    .slice(0, MOST)
    .map((id) => (id === '' ? 'no router_id' : cleanLine(id)))
    .join(', ');
  return all.length > MOST ? `${some} and ${all.length - MOST} more` : some;
}
