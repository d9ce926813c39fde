import { zoneSlice } from '../../state/session.ts';
import { useSlice } from '../../state/use-selector.ts';
import {
  chartsReadSlice,
  chartsRecordSlice,
  chosenInterfacesSlice,
  cursorSlice,
  directionSlice,
  figureSlice,
  windowSlice,
} from './state.ts';

/** Draws again when anything changes that the charts show. */
export function useDrawn(): void {
  useSlice(figureSlice);
  useSlice(windowSlice);
  useSlice(directionSlice);
  useSlice(cursorSlice);
  useSlice(chosenInterfacesSlice);
  useSlice(chartsReadSlice);
  useSlice(chartsRecordSlice);
  useSlice(zoneSlice);
}
