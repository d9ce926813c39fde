import { writeExportedFile, writtenPath } from '../../config/exported-file.ts';
import type { ConsoleServices } from '../services.ts';

/** Writes what is on the screen to a text file in the current folder, and says where. */
export async function dumpScreen(services: ConsoleServices): Promise<void> {
  const time = services.context.now().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  const file = writtenPath(`netup-screen-${time}.txt`);
  await writeExportedFile(file, [services.screenText()]);
  services.notify('good', `The screen is in ${file}`);
}
