import { describe, expect, it } from 'vitest';
import { describeProblem } from './fleet-problem.ts';
import { parseFleetJson } from './parse-fleet-json.ts';

const router =
  '{"organization": "acme", "hostname": "r1", "managementAddress": "10.0.0.1", "runningVersion": "17.9.4"}';

describe('parseFleetJson', () => {
  it('fills in what may be left out', () => {
    const { file, problems } = parseFleetJson(`{"routers": [${router}]}`);
    expect(problems).toEqual([]);
    expect(file.sites).toEqual([]);
    expect(file.routers[0]).toMatchObject({ hostname: 'r1', site: null, model: null });
    // The inventory may know better.
    expect(file.routers[0]).not.toHaveProperty('status');
    expect(file.routers[0]).not.toHaveProperty('managementPort');
  });

  it('names the line of every bad entry and keeps the others', () => {
    const text = `{
  "organizations": [{"slug": "Acme!", "name": "Acme"}],
  "routers": [
    ${router},
    {"organization": "acme", "hostname": "r2", "managementAddress": "10.0.0", "runningVersion": ""},
    ${router.replace('r1', 'r3\\u001b[31m')},
    17
  ],
  "router": []
}`;
    const { file, problems } = parseFleetJson(text);
    expect(problems.map((problem) => describeProblem(problem))).toEqual([
      'line 9: router: is no section; the sections are organizations, operators, sites, vendors, models, images, policies, routers',
      'line 2: organizations[0]: slug must have only lower-case letters, digits and hyphens',
      'line 5: routers[1]: managementAddress is no IPv4 or IPv6 address',
      'line 5: routers[1]: runningVersion must not be empty',
      'line 6: routers[2]: hostname is no host name',
      'line 7: routers[3]: is wrong: expected object, received number',
    ]);
    expect(file.routers.map(({ hostname }) => hostname)).toEqual(['r1']);
  });

  it('says where the JSON itself is broken', () => {
    expect(parseFleetJson('{\n"routers": [}\n').problems).toEqual([
      { line: 2, where: 'file', fault: 'is not valid JSON here' },
    ]);
    expect(parseFleetJson('[]').problems[0]?.fault).toContain('must be an object');
  });
});
