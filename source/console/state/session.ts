import { defineSlice } from './slice.ts';

/** The organization that the console shows now; empty until the console starts. */
export const organizationSlice = defineSlice<string>('organization', () => '', { keep: true });

/** Whose zone times are shown in: one key switches. */
export const zoneSlice = defineSlice<'utc' | 'site'>('zone', () => 'site', { keep: true });
