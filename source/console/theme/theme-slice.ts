import { defineSlice } from '../state/slice.ts';
import type { ThemeName } from './themes.ts';

/** The theme that is shown. Set by `services.setTheme` only. */
export const themeSlice = defineSlice<ThemeName>('theme', () => 'standard', { keep: true });
