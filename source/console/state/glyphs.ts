import { z } from 'zod';
import { GLYPH_SETS, type GlyphSet, glyphSetFor } from '../components/plot/glyph-sets.ts';
import { readPreference } from '../context.ts';
import type { ConsoleServices } from '../services.ts';
import { defineSlice } from './slice.ts';

/** What the operator asked for in this session; null: what is remembered, or what the terminal can show. */
const glyphsSlice = defineSlice<GlyphSet | null>('glyphs', () => null, { keep: true });

const rememberedSchema = z.enum(GLYPH_SETS).nullable();

/** What charts are drawn with. */
export function glyphSet({ store, context }: ConsoleServices): GlyphSet {
  const chosen = store.get(glyphsSlice) ?? readPreference(context.preferences, 'glyphs', rememberedSchema, null);
  return chosen ?? glyphSetFor(process.env);
}

/** Takes other glyphs, and remembers them. */
export function setGlyphSet({ store, context }: ConsoleServices, set: GlyphSet): void {
  store.set(glyphsSlice, set);
  context.preferences.set('glyphs', set);
}
