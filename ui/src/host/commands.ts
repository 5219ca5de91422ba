/** The commands every host answers: name, request and response, from the generated wire types. */

import type { operations } from './wire';

type Json<Body> = Body extends { content: { 'application/json': infer Content } } ? Content : never;

/** Commands that only the command line offers. */
type OfTheCommandLine = 'audit_rebuild' | 'inspect' | 'convert';

export type CommandName = Exclude<keyof operations, OfTheCommandLine>;

export type Commands = {
  [Name in CommandName]: {
    request: Json<operations[Name]['requestBody']>;
    response: Json<operations[Name]['responses'][200]>;
  };
};

export type RequestOf<C extends CommandName> = Commands[C]['request'];
export type ResponseOf<C extends CommandName> = Commands[C]['response'];
