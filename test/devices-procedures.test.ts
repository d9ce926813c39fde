import { describe, expect, test } from 'vitest';
import { DeviceLink } from '../source/devices/device-link.ts';
import { iosXeProcedures } from '../source/devices/platforms/ios-xe/procedures.ts';
import { junosProcedures } from '../source/devices/platforms/junos/procedures.ts';
import { PROMPT, type ScriptedShell, scriptedSession } from './support/scripted-device.ts';

const DOWNLOAD = {
  url: new URL('scp://images@192.0.2.9/srv/new.bin'),
  password: 'image secret',
  name: 'netup-1-1-1.part',
};
const COPY = 'copy scp://images@192.0.2.9/srv/new.bin flash:netup-1-1-1.part';

/** A device that answers the lines that it gets with these texts, in turn, and what it got. */
async function device(...texts: readonly string[]): Promise<{ link: DeviceLink; received: readonly string[] }> {
  const rest = [...texts];
  const onLine = (_line: string, { print }: ScriptedShell): void => print(rest.shift() ?? PROMPT);
  const { session, received } = await scriptedSession(onLine, { timeouts: { patience: 200 } });
  const target = { host: '192.0.2.1', port: 22, user: 'netops', hostKey: { learn: () => true } };
  return { link: new DeviceLink(target, session), received };
}

describe('a copy to IOS-XE', () => {
  test('takes what the device proposes, and gives the password', async () => {
    const { link, received } = await device(
      'Address or name of remote host [192.0.2.9]? ',
      '\nSource username [images]? ',
      '\nSource filename [srv/new.bin]? ',
      '\nDestination filename [netup-1-1-1.part]? ',
      '\nAccessing scp://images@192.0.2.9/srv/new.bin...\nPassword: ',
      `\n Sending file modes: C0644 471 new.bin\n!!!!\n[OK - 471 bytes]\n\n471 bytes copied in 0.1 secs (4710 bytes/sec)\n${PROMPT}`,
    );
    await iosXeProcedures.download(link, DOWNLOAD, () => undefined);
    expect(received).toEqual([COPY, '', '', '', '', 'image secret']);
  });

  test.each([
    ['proposes another name', 'Destination filename [packages.conf]? '],
    [
      'would overwrite a file',
      '%Warning:There is a file already existing with this name\nDo you want to over write? [confirm]',
    ],
  ])('stops where the device %s', async (_what, question) => {
    const { link, received } = await device(question);
    await expect(iosXeProcedures.download(link, DOWNLOAD, () => undefined)).rejects.toMatchObject({
      code: 'unexpected_prompt',
    });
    expect(received).toEqual([COPY]);
  });

  test.each([
    ['an error', '%Error opening scp://192.0.2.9/srv/new.bin (Undefined error)', /Undefined error/u],
    ['nothing', '', /it printed nothing/u],
    ['no bytes', '0 bytes copied in 0.1 secs (0 bytes/sec)', /0 bytes copied/u],
  ])('that ends with %s has failed', async (_what, text, message) => {
    const { link } = await device(`${text}\n${PROMPT}`);
    await expect(iosXeProcedures.download(link, DOWNLOAD, () => undefined)).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringMatching(message),
    });
  });
});

describe('an activation of IOS-XE', () => {
  const PROCEED = '\nThis operation may require a reload of the system. Do you want to proceed? [y/n]';

  test('saves what was changed meanwhile, and says yes to the reload, with a key each', async () => {
    const { link, received } = await device(
      'System configuration has been modified.\nPress Yes(y) to save the configuration and proceed.\nPress No(n) for proceeding without saving the configuration.\nPress Quit(q) to exit, you may save configuration and re-enter the command. [y/n/q]',
      PROCEED,
      `\nSUCCESS: install_activate Tue Nov 24 12:00:00 UTC 2026\n${PROMPT}`,
    );
    await expect(iosXeProcedures.activate(link, 'new.bin', 120)).resolves.toMatchObject({ ended: 'prompt' });
    expect(received).toEqual(['install activate auto-abort-timer 120', 'y', 'y']);
  });

  test('that fails in band has not told the device', async () => {
    const { link } = await device(
      PROCEED,
      `\ninstall_activate: Activating\nFAILED: install_activate exit(1)\n${PROMPT}`,
    );
    await expect(iosXeProcedures.activate(link, 'new.bin', 120)).rejects.toMatchObject({
      code: 'command_rejected',
      message: expect.stringContaining('FAILED: install_activate exit(1)'),
    });
  });

  test('that says nothing of a success has not either', async () => {
    const { link } = await device(PROCEED, `\nAborted by another user\n${PROMPT}`);
    await expect(iosXeProcedures.activate(link, 'new.bin', 120)).rejects.toThrow(/Aborted by another user/u);
  });
});

describe('saving on IOS-XE', () => {
  test('replaces what another version saved', async () => {
    const { link, received } = await device(
      'Warning: Attempting to overwrite an NVRAM configuration previously written\nby a different version of the system image.\nOverwrite the previous NVRAM configuration?[confirm]',
      `\nBuilding configuration...\n[OK]\n${PROMPT}`,
    );
    await iosXeProcedures.saveConfiguration(link);
    expect(received).toEqual(['write memory', '']);
  });

  test('has failed without an OK', async () => {
    const { link } = await device(`startup-config file open failed (Device or resource busy)\n${PROMPT}`);
    await expect(iosXeProcedures.saveConfiguration(link)).rejects.toThrow(/Device or resource busy/u);
  });

  test('a configuration that was cut off is none', async () => {
    const { link } = await device(`Building configuration...\n\nhostname r1\n!\ninterface Gi1\n${PROMPT}`);
    await expect(iosXeProcedures.runningConfiguration(link)).rejects.toMatchObject({ code: 'command_rejected' });
  });
});

describe('Junos that does not say what it boots next', () => {
  const UNKNOWN = `% Invalid input detected at '^' marker.\n\n${PROMPT}`;
  const previous = { version: '15.1R7', bootedFrom: null };

  test('is not told to go back once more in one boot', async () => {
    const { link, received } = await device(UNKNOWN);
    await expect(junosProcedures.rollback(link, { ...previous, toldBefore: true })).rejects.toThrow(
      /does not say what it boots next, and may have been told/u,
    );
    expect(received).toEqual(['show system software list']);
  });

  test('is not said to have forgotten what was added', async () => {
    const { link, received } = await device(UNKNOWN);
    await expect(junosProcedures.withdraw(link, previous)).rejects.toThrow(
      /does not say whether it boots 15\.1R7 next/u,
    );
    expect(received).toEqual(['show system software list']);
  });
});
