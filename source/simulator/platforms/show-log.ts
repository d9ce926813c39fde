import type { Command } from '../command.ts';
import type { Machine } from '../machine.ts';
import type { LoggedEvent } from '../system-log.ts';

const tag = ({ facility, severity, mnemonic, text }: LoggedEvent): string =>
  `%${facility}-${severity}-${mnemonic}: ${text}`;

/** `show logging` of IOS-XE: what is logged where, and the buffer. */
export const iosXeShowLog: Command = {
  words: 'show logging',
  help: 'Show the contents of logging buffers',
  run: ({ machine }) => ({
    text: [
      'Syslog logging: enabled (0 messages dropped, 3 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)',
      '',
      '    Console logging: level debugging, 41 messages logged, xml disabled,',
      '                     filtering disabled',
      `    Buffer logging:  level debugging, ${machine.log.written} messages logged, xml disabled,`,
      '                    filtering disabled',
      '',
      'Log Buffer (102400 bytes):',
      '',
      ...eventsOf(machine).map((event) => `${mark(machine)}${logTime(event.at)}.000: ${tag(event)}`),
      '',
    ].join('\n'),
  }),
};

/** Junos with `explicit-priority`, which writes severities. */
export const junosShowLog: Command = {
  words: 'show log messages',
  help: 'Show the contents of the file messages',
  run: ({ machine }) => ({
    text: eventsOf(machine)
      .map((event) => `${logTime(event.at)}  ${machine.device.hostname} chassisd[5098]: ${tag(event)}\n`)
      .join(''),
  }),
};

export const eosShowLog: Command = {
  words: 'show logging <number>',
  help: 'The newest lines of the log',
  run: ({ machine }, [lines]) => ({
    text: [
      'Syslog logging: enabled',
      '    Buffer logging: level debugging',
      '',
      'Log Buffer:',
      ...eventsOf(machine)
        .map((event) => `${logTime(event.at)} ${machine.device.hostname} Ebra: ${tag(event)}`)
        .slice(-Number(lines)),
      '',
    ].join('\n'),
  }),
};

/** A clock that follows no server has a star. */
function mark(machine: Machine): string {
  return machine.has('clock_unsynchronized') ? '*' : '';
}

/** What the log has now. With the fault `critical_events` each look at it finds one more. */
function eventsOf(machine: Machine): readonly LoggedEvent[] {
  const { log } = machine;
  const at = machine.now();
  if (log.written === 0) {
    log.write({ at: machine.bootedAt, severity: 5, facility: 'SYS', mnemonic: 'RESTART', text: 'System restarted' });
  }
  if (machine.has('critical_events')) {
    log.write({
      at,
      severity: 2,
      facility: 'SYS',
      mnemonic: 'MALLOCFAIL',
      text: `Memory allocation of ${1000 + log.written} bytes failed`,
    });
  }
  return log.events;
}

/** `Mar  1 12:00:00`, as syslog writes a time. */
function logTime(at: Date): string {
  const [, day, month, , time] = at.toUTCString().replace(',', '').split(' ');
  return `${month} ${String(Number(day)).padStart(2)} ${time}`;
}
