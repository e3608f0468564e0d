// The generated commands and replies as the client uses them: arguments and reply of a command by its name.
import type { Command, Replies } from "./commands";

export type * from "./commands";
export type { Group as GroupCode, Language as Lang, SearchHit as Hit } from "./commands";

/** YYYY-MM-DD, a working day of the campaign. */
export type Day = string;
/** RFC 3339 with zone. */
export type Instant = string;
export type CommandName = keyof Replies;
export type Args<C extends CommandName> = Omit<Extract<Command, { command: C }>, "command">;
export type Reply<C extends CommandName> = Replies[C];
