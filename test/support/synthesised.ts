import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';
import { type GreenChannelOptions, greenChannelApp } from '../../lib/app.ts';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.any()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
type Resource = z.infer<typeof resource>;

const intrinsic = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => `<${Ref}>`),
  z.object({ 'Fn::GetAtt': z.array(z.string()) }).transform((got) => `<${got['Fn::GetAtt'].join('.')}>`),
  z.object({ 'Fn::ImportValue': z.string() }).transform((got) => `<${got['Fn::ImportValue'].split(':').at(-1)}>`),
]);

/** A value of a template as people read it: joined, references in angle brackets. */
export const readable = (value: unknown): string => {
  if (typeof value === 'string') return value;
  const join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }).safeParse(value);
  if (!join.success) return intrinsic.parse(value);
  const [delimiter, parts] = join.data['Fn::Join'];
  return parts.map(readable).join(delimiter);
};

type Options = Omit<GreenChannelOptions, 'bundling' | 'outdir'>;

const synthesise = (options: Options) => {
  const outdir = mkdtempSync(join(tmpdir(), 'green-channel-'));
  const assembly = greenChannelApp({ ...options, bundling: false, outdir }).synth();
  const stacks = assembly.stacks.map(({ template }) => template);
  rmSync(outdir, { recursive: true });
  const all = stacks.flatMap(({ Resources }) =>
    Object.entries(z.record(z.string(), resource).parse(Resources)).map(([id, found]) => ({ id, ...found })),
  );
  return {
    text: JSON.stringify(stacks),
    templates: stacks.map((stack) => Template.fromJSON(stack)),
    types: new Set(all.map(({ Type }) => Type)),
    /** The resources of one type, with their logical ids. */
    of: (type: string): (Resource & { id: string })[] => all.filter(({ Type }) => Type === type),
  };
};

const made = new Map<string, ReturnType<typeof synthesise>>();

/** Both stacks as they would be deployed, unbundled. The same options make the same stacks, so they are made once. */
export const synthesised = (options: Options): ReturnType<typeof synthesise> => {
  const asked = JSON.stringify(options);
  const stacks = made.get(asked) ?? synthesise(options);
  made.set(asked, stacks);
  return stacks;
};
