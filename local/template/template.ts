import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CannotStart } from '../cannot-start.ts';
import { identityOf } from './identity.ts';

/** A resource of a synthesised template, every value resolved. */
export interface Resource {
  readonly id: string;
  /** Empty for types that have none here. */
  readonly arn: string;
  readonly type: string;
  readonly properties: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
  Condition: z.string().optional(),
});
type RawResource = z.infer<typeof resourceSchema>;

const templateSchema = z.strictObject({
  Description: z.string().optional(),
  Metadata: z.unknown().optional(),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
  // The library's own check that the account is bootstrapped; no resource reads them.
  Parameters: z.unknown().optional(),
  Rules: z.unknown().optional(),
  Conditions: z.unknown().optional(),
  Mappings: z.unknown().optional(),
});
type Template = z.infer<typeof templateSchema> & { readonly stack: string };

/** What one machine is in the cloud's terms. The account and region are those that the engine writes in its own ARNs. */
const PSEUDO: Readonly<Record<string, string | undefined>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'local',
  'AWS::AccountId': '000000000000',
  'AWS::URLSuffix': 'localhost',
  'AWS::NoValue': undefined,
};

/** Every template of an assembly folder. */
const readTemplates = (folder: string): Template[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.template.json'))
    .map((name) => ({
      stack: name.replace('.template.json', ''),
      ...templateSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
    }));

/**
 * Reads the templates of all stacks and resolves what they say, across stacks, of the resources of these types.
 *
 * @throws CannotStart naming the first intrinsic, parameter or attribute that this host does not know.
 */
export const readResources = (folder: string, wanted: (id: string, type: string) => boolean): Resource[] => {
  const templates = readTemplates(folder);
  return templates.flatMap((template) => {
    const resolve = resolver(templates, template);
    return Object.entries(template.Resources)
      .filter(([id, raw]) => wanted(id, raw.Type))
      .map(([id, raw]) => {
        if (raw.Condition !== undefined) throw new CannotStart(`${id} exists on a condition, which no host can judge.`);
        const named = identityOf(raw.Type, id, (property) => resolve(raw.Properties[property], id));
        return {
          id,
          arn: named['Arn'] ?? '',
          type: raw.Type,
          properties: resolve(raw.Properties, id),
          metadata: raw.Metadata,
        };
      });
  });
};

type Resolve = (value: unknown, at: string) => unknown;
type Intrinsic = (argument: unknown, resolve: Resolve, at: string) => unknown;

const pair = z.tuple([z.string(), z.unknown()]);

/** Resolves values as they stand in one template; `at` says whose, for the refusal. */
const resolver = (templates: readonly Template[], template: Template): Resolve => {
  const named = (id: string): RawResource => {
    const raw = template.Resources[id];
    if (raw === undefined) throw new CannotStart(`${template.stack} refers to ${id}, which is not in it.`);
    return raw;
  };
  const identity = (id: string, attribute: string): string => {
    const { Type, Properties } = named(id);
    const value = identityOf(Type, id, (property) => resolve(Properties[property], id))[attribute];
    if (value === undefined)
      throw new CannotStart(`This host does not know ${attribute} of ${id}, which is of type ${Type}.`);
    return value;
  };
  const reference = (name: string): unknown => {
    if (name in PSEUDO) return PSEUDO[name];
    return name === 'AWS::StackName' ? template.stack : identity(name, 'Ref');
  };
  const exported = (name: unknown): unknown => {
    for (const other of templates)
      for (const output of Object.values(other.Outputs)) {
        const there = resolver(templates, other);
        if (output.Export !== undefined && there(output.Export.Name, other.stack) === name)
          return there(output.Value, other.stack);
      }
    throw new CannotStart(`${template.stack} imports ${String(name)}, which no stack exports.`);
  };
  const substituted = (text: string, given: Readonly<Record<string, unknown>>): string =>
    text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`;
      const [id = '', ...attribute] = name.split('.');
      return String(given[name] ?? (attribute.length > 0 ? identity(id, attribute.join('.')) : reference(name)));
    });

  const intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (name) => reference(z.string().parse(name)),
    'Fn::GetAtt': (argument) => {
      const [id = '', ...attribute] =
        typeof argument === 'string' ? argument.split('.') : z.array(z.string()).parse(argument);
      return identity(id, attribute.join('.'));
    },
    'Fn::Join': (argument, value, at) => {
      const [by, parts] = pair.parse(argument);
      return z.array(z.unknown()).parse(value(parts, at)).map(String).join(by);
    },
    'Fn::Sub': (argument, value, at) => {
      if (typeof argument === 'string') return substituted(argument, {});
      const [text, given] = pair.parse(argument);
      return substituted(text, z.record(z.string(), z.unknown()).parse(value(given, at)));
    },
    'Fn::ImportValue': (name, value, at) => exported(value(name, at)),
  };

  const resolve: Resolve = (value, at) => {
    if (Array.isArray(value)) return value.map((part) => resolve(part, at)).filter((part) => part !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries.length === 1 ? (entries[0] ?? ['', undefined]) : ['', undefined];
    const intrinsic = intrinsics[name];
    if (intrinsic !== undefined) return intrinsic(argument, resolve, at);
    if (name.startsWith('Fn::')) throw new CannotStart(`${at} uses ${name}, which this host does not know.`);
    return Object.fromEntries(
      entries.map(([key, part]) => [key, resolve(part, at)] as const).filter(([, part]) => part !== undefined),
    );
  };
  return resolve;
};
