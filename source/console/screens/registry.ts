import type { ApplicationParts } from '../application.ts';

/** The screens and loaders of the console. */
export const consoleParts: ApplicationParts = {
  screens: [],
  loaders: [],
  start: () => [],
};
