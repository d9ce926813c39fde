import type { CliSession } from '../cli-session.ts';
import { fetchImage } from '../fetch-image.ts';
import { bareName, readImageUrl } from '../image-url.ts';
import type { Terminal } from '../terminal.ts';
import { drive } from './ios-xe-names.ts';

/** `copy`: fetches an image, asking for what the URL leaves out, or saves the configuration. */
export async function iosXeCopy(
  { machine }: CliSession,
  [from = '', to = '']: readonly string[],
  terminal: Terminal,
): Promise<void> {
  if (/^run/iu.test(from) && /^start/iu.test(to)) {
    await terminal.ask('Destination filename [startup-config]? ');
    machine.saveConfiguration();
    terminal.print('Building configuration...\n[OK]\n');
    return;
  }
  const url = readImageUrl(from);
  if (url === null || !/^(?:boot)?flash:/iu.test(to)) {
    terminal.print(`%Error opening ${from} (Undefined error)\n`);
    return;
  }
  const orAsked = async (known: string | null, question: string, proposed = ''): Promise<string> => {
    if (known !== null) return known;
    const answer = (await terminal.ask(`${question} [${proposed}]? `)).trim();
    return answer === '' ? proposed : answer;
  };
  const host = await orAsked(url.host, 'Address or name of remote host');
  const withUser = url.scheme === 'scp' || url.scheme === 'sftp';
  const user = withUser ? await orAsked(url.user, 'Source username', machine.device.user) : '';
  const path = await orAsked(url.path, 'Source filename');
  const name = bareName(
    await orAsked(null, 'Destination filename', bareName(to) === '' ? bareName(path) : bareName(to)),
  );
  if (machine.flash.find(name) !== undefined) {
    terminal.print('%Warning:There is a file already existing with this name\n');
    const answer = await terminal.ask('Do you want to over write? [confirm]', 'key');
    if (answer !== '' && !/^y$/iu.test(answer)) return;
  }
  const source = `${url.scheme}://${user === '' ? '' : `${user}@`}${host}/${path}`;
  terminal.print(`Accessing ${source}...\n`);
  const password = url.password ?? (withUser ? await terminal.ask('Password: ', 'secret') : null);
  const { imageServerPassword: wanted, images } = machine.surroundings;
  const image = images.get(bareName(path));
  if (withUser && wanted !== null && password !== wanted) {
    terminal.print(`\n%Error opening ${source} (Permission denied)\n`);
  } else if (image === undefined) {
    terminal.print(`\n%Error opening ${source} (No such file or directory)\n`);
  } else {
    terminal.print(` Sending file modes: C0644 ${image.sizeBytes} ${image.fileName}\n`);
    const dies = machine.has('copy_dies');
    const { complete, seconds } = await fetchImage(machine, image, name, (bytes) => {
      terminal.print('!');
      if (dies && bytes > image.sizeBytes / 2) terminal.cut();
    });
    if (complete) {
      const speed = Math.round(image.sizeBytes / seconds);
      terminal.print(`\n[OK - ${image.sizeBytes} bytes]\n\n`);
      terminal.print(`${image.sizeBytes} bytes copied in ${seconds.toFixed(3)} secs (${speed} bytes/sec)\n`);
    } else terminal.print(`\n%Error writing ${drive(machine.device)}:/${name} (No space left on device)\n`);
  }
}
