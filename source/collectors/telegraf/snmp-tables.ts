/** A table as `inputs.snmp` reads it: the names that snmp-points.star knows, with the objects (numeric, so that Telegraf needs no MIBs). */
export interface SnmpTable {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
}

export interface SnmpReading {
  readonly scalars: Readonly<Record<string, string>>;
  readonly tables: readonly SnmpTable[];
}

const IF_TABLE = '1.3.6.1.2.1.2.2.1';
const IF_X_TABLE = '1.3.6.1.2.1.31.1.1.1';
const JUNIPER = '1.3.6.1.4.1.2636.3.1.13.1';
const STORAGE = '1.3.6.1.2.1.25.2.3.1';

const INTERFACES: SnmpTable = {
  name: 'netup_interface',
  columns: {
    name: `${IF_X_TABLE}.1`,
    admin: `${IF_TABLE}.7`,
    oper: `${IF_TABLE}.8`,
    in_bytes: `${IF_X_TABLE}.6`,
    out_bytes: `${IF_X_TABLE}.10`,
    megabits: `${IF_X_TABLE}.15`,
    in_discards: `${IF_TABLE}.13`,
    in_errors: `${IF_TABLE}.14`,
    out_discards: `${IF_TABLE}.19`,
    out_errors: `${IF_TABLE}.20`,
  },
};

const AGENT_UPTIME = { agent_uptime: '1.3.6.1.2.1.1.3.0' };
const HOST_UPTIME = { system_uptime: '1.3.6.1.2.1.25.1.1.0' };

const SHARED_LOAD: SnmpTable = {
  name: 'netup_shared_load',
  columns: { shared_load: '1.3.6.1.2.1.25.3.3.1.2' },
};

const HOST_STORAGE: SnmpTable = {
  name: 'netup_storage',
  columns: { name: `${STORAGE}.3`, units: `${STORAGE}.4`, size: `${STORAGE}.5`, used: `${STORAGE}.6` },
};

/** What is read of a router, by the profile that `netup-tui collect` reads it by. */
export const SNMP_READINGS: Readonly<Record<string, SnmpReading>> = {
  cisco: {
    scalars: AGENT_UPTIME,
    tables: [
      INTERFACES,
      { name: 'netup_load', columns: { load: '1.3.6.1.4.1.9.9.109.1.1.1.1.8' } },
      {
        name: 'netup_pool',
        columns: {
          name: '1.3.6.1.4.1.9.9.221.1.1.1.1.3',
          used: '1.3.6.1.4.1.9.9.221.1.1.1.1.18',
          free: '1.3.6.1.4.1.9.9.221.1.1.1.1.20',
        },
      },
    ],
  },
  juniper: {
    scalars: AGENT_UPTIME,
    tables: [
      INTERFACES,
      {
        name: 'netup_load',
        columns: {
          engine: `${JUNIPER}.5`,
          load: `${JUNIPER}.8`,
          used_percent: `${JUNIPER}.11`,
          megabytes: `${JUNIPER}.15`,
        },
      },
    ],
  },
  arista: { scalars: { ...AGENT_UPTIME, ...HOST_UPTIME }, tables: [INTERFACES, SHARED_LOAD, HOST_STORAGE] },
  generic: {
    scalars: {
      ...AGENT_UPTIME,
      ...HOST_UPTIME,
      total_kb: '1.3.6.1.4.1.2021.4.5.0',
      available_kb: '1.3.6.1.4.1.2021.4.27.0',
    },
    tables: [INTERFACES, SHARED_LOAD, HOST_STORAGE],
  },
};
