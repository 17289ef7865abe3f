/** The last lines of this process's own log, in memory, as a screen may show them. They go with the process. */
import type { LogLevel, LogLine, LogView } from '../../contract/desk/operations-calls.ts';
import type { Logger } from '../context.ts';
import { shownFields, shownMessage } from './log-fields.ts';

export interface LogRing {
  /** Writes to the ring, and everything unchanged to the logger beneath. */
  over(logger: Logger): Logger;
  read(filter: { readonly level?: LogLevel; readonly limit?: number }): LogView;
}

const weight: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
const defaultShown = 200;

/** `capacity`: lines kept. Lines of `debug` are not: they would push out what matters. */
export function createLogRing(clock: () => Date, capacity = 2_000): LogRing {
  const since = clock().toISOString();
  const lines: LogLine[] = [];
  let written = 0;
  const note = (level: LogLevel, fields: object, message?: string): void => {
    written += 1;
    lines.push({
      seq: written,
      at: clock().toISOString(),
      level,
      message: shownMessage(message),
      fields: shownFields(fields),
    });
    if (lines.length > capacity) lines.shift();
  };
  return {
    over: (logger) => ({
      debug: (fields, message) => logger.debug(fields, message),
      info(fields, message) {
        note('info', fields, message);
        logger.info(fields, message);
      },
      warn(fields, message) {
        note('warn', fields, message);
        logger.warn(fields, message);
      },
      error(fields, message) {
        note('error', fields, message);
        logger.error(fields, message);
      },
    }),
    read({ level = 'info', limit = defaultShown }) {
      const wanted = lines.filter((line) => weight[line.level] >= weight[level]);
      return { lines: wanted.slice(-limit).reverse(), dropped: written - lines.length, since };
    },
  };
}
