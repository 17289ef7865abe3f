import { Command, InvalidArgumentError } from 'commander';
import type { Simulation } from './compose-station.ts';

export interface StartOptions {
  readonly dataDirectory: string | null;
  readonly port: number;
  readonly simulation: Simulation;
  /** `auto`: Electron, else the browser shell, else serve only. */
  readonly shell: 'auto' | 'electron' | 'browser' | 'none';
  readonly kiosk: boolean;
}

export const defaultPort = 7310;

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return port;
}

/** Reads the words behind `npm start --`. Exits with a usage line on an unknown one. */
export function readStartOptions(words: readonly string[]): StartOptions {
  const program = new Command('npm start --')
    .description(
      'Opens the station: Electron where its binary is there, else the browser shell, else it serves on loopback.',
    )
    .option('--data <dir>', 'data directory (default: the platform’s place, or LOKET_DATA)')
    .option('--port <n>', 'port of the desk’s address, 0 = any free one', portNumber, defaultPort)
    .option('--demo', 'simulated camera, card and person; seeds three users on a fresh demo installation')
    .option('--camera-file <portrait>', 'simulated camera fed by a picture of one face')
    .option('--card-file <card>', 'with --camera-file: the card the simulated camera sees')
    .option('--shell <kind>', 'auto, electron, browser or none', 'auto')
    .option('--window', 'an ordinary window instead of full-screen kiosk')
    .allowExcessArguments(false);
  program.parse([...words], { from: 'user' });
  const given = program.opts<{
    data?: string;
    port: number;
    demo?: boolean;
    cameraFile?: string;
    cardFile?: string;
    shell: string;
    window?: boolean;
  }>();
  if (given.cardFile !== undefined && given.cameraFile === undefined)
    program.error('error: --card-file goes with --camera-file');
  if (!['auto', 'electron', 'browser', 'none'].includes(given.shell))
    program.error('error: --shell is auto, electron, browser or none');
  const simulation: Simulation =
    given.cameraFile !== undefined
      ? { mode: 'file', face: given.cameraFile, card: given.cardFile ?? null }
      : given.demo === true
        ? { mode: 'demo' }
        : { mode: 'none' };
  return {
    dataDirectory: given.data ?? null,
    port: given.port,
    simulation,
    shell: given.shell as StartOptions['shell'],
    kiosk: given.window !== true && simulation.mode === 'none',
  };
}
