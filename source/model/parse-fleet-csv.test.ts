import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { describeProblem } from './fleet-problem.ts';
import { parseFleetCsv } from './parse-fleet-csv.ts';

describe('parseFleetCsv', () => {
  it('reads our own columns', () => {
    const text =
      'organization,hostname,management_address,site,running_version,target_version\nacme,r1,10.0.0.1,ams,17.9.4,\n';
    const { file, problems } = parseFleetCsv(text, null);
    expect(problems).toEqual([]);
    expect(file.routers).toEqual([
      {
        organization: 'acme',
        hostname: 'r1',
        managementAddress: '10.0.0.1',
        site: 'ams',
        vendor: null,
        model: null,
        serial: null,
        runningVersion: '17.9.4',
        targetVersion: null,
      },
    ]);
  });

  it('reads redundancy groups: an empty cell is none, without the column nothing is said', () => {
    const { file, problems } = parseFleetCsv(
      'organization,hostname,mgmt_ip,redundancy_group\nacme,r1,10.0.0.1,core-a\nacme,r2,10.0.0.2,\nacme,r3,10.0.0.3,a b\n',
      null,
    );
    expect(file.routers.map(({ redundancyGroup }) => redundancyGroup)).toEqual(['core-a', null]);
    expect(problems).toHaveLength(1);
  });

  it('reads a NetBox device export', () => {
    const text = readFileSync(new URL('../../fixtures/fleets/netbox-devices.csv', import.meta.url), 'utf8');
    const { file, problems } = parseFleetCsv(text, null);
    expect(problems).toEqual([]);
    expect(
      file.routers.map((router) => [router.organization, router.site, router.managementAddress, router.status]),
    ).toEqual([
      ['acme-backbone', 'ams', '10.80.0.11', 'active'],
      ['acme-backbone', 'ams', '10.80.0.12', 'active'],
      ['acme-backbone', 'fra', '10.80.1.11', 'maintenance'],
      ['acme-backbone', 'par', '10.80.2.11', 'active'],
      ['acme-backbone', 'par', '2001:db8:80::82', 'retired'],
    ]);
    expect(file.routers[2]).toMatchObject({ vendor: 'Cisco', model: 'ASR1002-HX', runningVersion: '17.09.04a' });
    // The export has no target versions, so a load must leave those in the inventory alone.
    expect(file.routers[0]).not.toHaveProperty('targetVersion');
  });

  it('names the line of every bad router, past quoted line breaks and empty lines, and keeps the good ones', () => {
    const text = [
      'hostname,mgmt_ip,serial',
      'good,10.0.0.1,"two',
      'lines"',
      '',
      'bad name,10.0.0.2,',
      'short,10.0.0.3',
      'alright,10.0.0.999,',
    ].join('\n');
    const { file, problems } = parseFleetCsv(text, 'acme');
    expect(problems.map((problem) => describeProblem(problem))).toEqual([
      'line 2: router good: serial has control characters',
      'line 5: router bad name: hostname is no host name',
      'line 6: router short: has 2 fields, the header has 3',
      'line 7: router alright: managementAddress is no IPv4 or IPv6 address',
    ]);
    expect(file.routers).toEqual([]);
  });

  it('says which columns are missing', () => {
    expect(parseFleetCsv('serial,site\n1,ams\n', null).problems.map((problem) => problem.fault)).toEqual([
      'has no column hostname (or name)',
      'has no column management_address (or primary_ip4)',
      'has no column organization (or tenant); name one for the whole file with --organization SLUG',
    ]);
  });

  it('reads semicolons and a byte order mark, and says where a quote was left open', () => {
    expect(parseFleetCsv('\uFEFFname;ip_address\nr1;10.0.0.1\n', 'acme').file.routers).toHaveLength(1);
    expect(parseFleetCsv('name,ip_address\n"r1,10.0.0.1\nr2,10.0.0.2\n', 'acme').problems[0]).toMatchObject({
      where: 'file',
      fault: 'is not valid CSV here (a quote is open)',
    });
    expect(parseFleetCsv('', 'acme').problems[0]?.fault).toContain('is empty');
  });
});
