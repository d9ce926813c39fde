import { padBuild, padRelease, type VersionForm } from './version-form.ts';

// 4.30.1F, 4.20.5.1F, 4.28.3M; F is a feature release, M a maintenance one. FX and a word after the hyphen are variants:
// 4.27.0F-INT, 4.20.1FX-Virtual. Digits after the hyphen are a build: 4.31.2F-34.1, 4.27.2F-26069621.4272F.
const FORM =
  /^(\d)\.(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?([FM]X?)(?:-([A-Za-z][A-Za-z0-9-]{0,31}))?(?:-(\d{1,10})(?:\.(?:(\d{1,10})|\d{3,8}[FM]X?))?)?$/u;
const REMARK = / \(engineering build\)$/u;

/** Reads a version of Arista EOS. Null for any other form. */
export function readEosVersion(text: string): VersionForm | null {
  const match = FORM.exec(text.replace(REMARK, ''));
  if (match === null) return null;
  const [, major, minor, maintenance, fourth, letter = '', variant, build, subBuild] = match;
  return {
    family: '',
    base: [major, minor, maintenance, fourth].map(padRelease).join('.'),
    branch: variant === undefined ? letter : `${letter}-${variant}`,
    patch: '',
    build: padBuild(build, subBuild),
  };
}
