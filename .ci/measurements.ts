// Writes the definition of the measurements into docs/telemetry.md and influx/schema.yml, between their marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { measurementFiles } from '../test/support/measurement-texts.ts';

for (const { file, withText } of measurementFiles) writeFileSync(file, withText(readFileSync(file, 'utf8')));
