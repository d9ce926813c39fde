import { describe, expect, test } from 'vitest';
import type { Answer } from '../source/devices/dialogue.ts';
import { PROMPT, scriptedSession } from './support/scripted-device.ts';

const RELOAD: Answer = { question: /Do you want to proceed\? \[y\/n\]$/u, send: 'y', commits: true };
const SAVE: Answer = { question: /Save\? \[yes\/no\]:$/u, send: 'no\n' };
const PATIENCE = { patience: 200 };

describe('a command that asks back', () => {
  test('gets the answers that were foreseen, in whatever order it asks', async () => {
    const { session, received } = await scriptedSession((line, { print }) => {
      if (line === 'copy scp: flash:') print('Address or name of remote host []? ');
      else if (line === '192.0.2.1') print('\nPassword: ');
      else if (line === 'pass word') print('\n!!!!\n471 bytes copied in 0.1 secs\nr1#');
    });
    const lines: string[] = [];
    const answer = await session.run('copy scp: flash:', {
      answers: [
        { question: /^Password:$/u, send: 'pass word\n' },
        { question: /^Address or name of remote host \[\]\?$/u, send: '192.0.2.1\n' },
      ],
      onLine: (line) => lines.push(line),
    });
    expect(received).toEqual(['copy scp: flash:', '192.0.2.1', 'pass word']);
    expect(answer).toContain('471 bytes copied in 0.1 secs');
    expect(lines).toContain('!!!!');
    expect(lines.join('\n')).not.toContain('pass word');
  });

  test('stops at a question that nobody foresaw, sends nothing, and shows it', async () => {
    const { session, received } = await scriptedSession((_line, { print }) =>
      print('Really erase \u001b[31mflash? [confirm]'),
    );
    await expect(session.run('write memory', PATIENCE)).rejects.toMatchObject({
      code: 'unexpected_prompt',
      message: expect.stringContaining('stopped at "Really erase flash? [confirm]"'),
    });
    expect(received).toEqual(['write memory']);
    await expect(session.run('show version')).rejects.toMatchObject({ code: 'closed' });
  });

  test('is not answered twice: a device that asks again has not taken the answer', async () => {
    const { session, received } = await scriptedSession((_line, { print }) => print('\nSave? [yes/no]: '));
    await expect(session.run('reload', { answers: [SAVE], ...PATIENCE })).rejects.toMatchObject({
      code: 'unexpected_prompt',
    });
    expect(received).toEqual(['reload', 'no']);
  });

  test.each([
    ['at once', ['pass word\r\n']],
    ['key by key', ['p', 'a', 's', 's', ' w', 'ord', '\r\n']],
    ['in part, and then something else', ['pass', '\r\n']],
  ])('a secret that the device echoes %s is kept nowhere', async (_how, echo) => {
    const { session } = await scriptedSession((line, { print }) => {
      if (line === 'copy scp: flash:') print('Password: ');
      else {
        for (const piece of echo) print(piece);
        print('%Error opening scp: (Permission denied)\nReally? [confirm]');
      }
    });
    const lines: string[] = [];
    const error = await session
      .run('copy scp: flash:', {
        answers: [{ question: /^Password:$/u, send: 'pass word\n', secret: true }],
        onLine: (line) => lines.push(line),
        ...PATIENCE,
      })
      .catch((fault: unknown) => fault);
    expect(error).toMatchObject({ code: 'unexpected_prompt', seen: expect.stringContaining('Permission denied') });
    expect(JSON.stringify([error, lines])).not.toContain('pass word');
    expect(lines).toContain('%Error opening scp: (Permission denied)');
  });

  test('a question that comes in pieces is answered once it is whole', async () => {
    const { session, received } = await scriptedSession((line, { print }) => {
      if (line === 'y') print(`\nSUCCESS\n${PROMPT}`);
      else for (const piece of ['This may require a reload. Do you ', 'want to proceed?', ' [y/', 'n]']) print(piece);
    });
    await expect(session.run('install activate', { answers: [RELOAD], ...PATIENCE })).resolves.toContain('SUCCESS');
    expect(received).toEqual(['install activate', 'y']);
  });

  test('a device that prints on is waited for, however long a line looks like a question', async () => {
    const { session } = await scriptedSession((_line, { print }) =>
      print(`Is this slow?\nno: it is\nr1 has [two]\n${PROMPT}`),
    );
    await expect(session.run('show slow', PATIENCE)).resolves.toBe('Is this slow?\nno: it is\nr1 has [two]');
  });
});

test('a line that grows for long is told of before it is finished', async () => {
  let finish = (): void => {};
  const { session } = await scriptedSession((_line, { print }) => {
    const timer = setInterval(() => print('!'), 50);
    finish = () => {
      clearInterval(timer);
      print(`\n471 bytes copied in 3.1 secs\n${PROMPT}`);
    };
  });
  const answer = await session.run('copy scp: flash:', {
    onLine: (line) => {
      if (!/^!+$/u.test(line)) return;
      finish();
      finish = () => {};
    },
  });
  expect(answer).toContain('471 bytes copied');
});

describe('a command that takes the connection with it', () => {
  test('losing the connection after the confirmation is the end that was asked for', async () => {
    const { session, received } = await scriptedSession((line, { print, cut }) => {
      if (line === 'y') {
        print('\ninstall_activate: Act');
        cut();
      } else print('Do you want to proceed? [y/n]');
    });
    const departure = await session.runUntilGone('install activate', { answers: [RELOAD] });
    expect(departure.ended).toBe('gone');
    expect(departure.answer).toContain('install_activate: Act');
    expect(received).toEqual(['install activate', 'y']);
    await expect(session.run('show version')).rejects.toMatchObject({ code: 'closed' });
  });

  test('losing it before the confirmation is an error: the device was not told', async () => {
    const { session } = await scriptedSession((_line, { cut }) => cut());
    await expect(session.runUntilGone('install activate', { answers: [RELOAD] })).rejects.toMatchObject({
      code: 'closed',
    });
  });

  test('a prompt that comes back is told apart', async () => {
    const { session } = await scriptedSession((_line, { print }) => print(`FAILED: install_activate\n${PROMPT}`));
    await expect(session.runUntilGone('install activate', { answers: [RELOAD] })).resolves.toEqual({
      answer: 'FAILED: install_activate',
      ended: 'prompt',
    });
  });
});

describe('a session under a lease', () => {
  test('sends nothing, not even an answer, once the lease is lost', async () => {
    let lost = false;
    const check = (): void => {
      if (lost) throw new Error('the lease is lost');
    };
    const { session, received } = await scriptedSession(
      (_line, { print }) => {
        lost = true;
        print('Do you want to proceed? [y/n]');
      },
      { beforeSend: check },
    );
    await expect(session.runUntilGone('install activate', { answers: [RELOAD] })).rejects.toThrow('the lease is lost');
    expect(received).toEqual(['install activate']);
    await expect(session.run('show version')).rejects.toMatchObject({ code: 'closed' });
  });

  test('a lease that aborts everything when it is looked at leaves no rejection behind', async () => {
    const ending = new AbortController();
    let armed = false;
    const beforeSend = (): void => {
      if (!armed) return;
      ending.abort(new Error('the lease is lost'));
      ending.signal.throwIfAborted();
    };
    const { session } = await scriptedSession(() => undefined, { beforeSend, signal: ending.signal });
    armed = true;
    // Vitest fails the run for a rejection that nobody handles.
    await expect(session.run('show version')).rejects.toThrow('the lease is lost');
  });
});

describe('a login without rights', () => {
  test('gets them by `enable`', async () => {
    const { session, received } = await scriptedSession((_line, { print }) => print(PROMPT), { firstPrompt: 'r1>' });
    await session.elevate();
    await session.elevate();
    expect(received).toEqual(['enable']);
    expect(session.prompt).toBe(PROMPT);
  });

  test('is told to have none where `enable` is of no use, or asks for a password', async () => {
    const useless = await scriptedSession((_line, { print }) => print('r1>'), { firstPrompt: 'r1>' });
    await expect(useless.session.elevate()).rejects.toMatchObject({ code: 'command_rejected' });
    const asking = await scriptedSession((_line, { print }) => print('Password: '), { firstPrompt: 'r1>' });
    await expect(asking.session.elevate(200)).rejects.toMatchObject({ code: 'unexpected_prompt' });
    expect(asking.received).toEqual(['enable']);
  });
});

test('a command that the device does not know is no fault where that is allowed for', async () => {
  const { session } = await scriptedSession((line, { print }) =>
    print(line === 'show x' ? `% Invalid input detected\n${PROMPT}` : `yes\n${PROMPT}`),
  );
  await expect(session.runIfKnown('show x')).resolves.toBeNull();
  await expect(session.runIfKnown('show y')).resolves.toBe('yes');
});
