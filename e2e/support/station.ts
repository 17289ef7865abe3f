/** The real program as a child process, read line by line as a person would. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type PersonRole = 'admin' | 'staff' | 'supervisor';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface StationWords {
  readonly demo?: boolean;
  readonly cameraFile?: string;
  readonly cardFile?: string;
  /** Where a hub answers or will answer; the desk delivers there. */
  readonly hubUrl?: string;
}

export interface RunningStation {
  /** `http://localhost:N`. */
  readonly origin: string;
  /** The one-time address that pairs a browser. */
  readonly pairingAddress: string;
  /** The people a fresh demo prints; empty on any later start. */
  readonly people: ReadonlyMap<PersonRole, Credentials>;
  readonly pid: number;
  /** Everything the program has said so far. */
  said(): string;
  /** Ends it as an operator would; resolves with its exit status. */
  stop(): Promise<number | null>;
  /** Pulls the plug. */
  kill(): Promise<void>;
}

/** One installation that outlives the processes started on it. Nothing outside its own folder is touched. */
export interface StationHouse {
  readonly dataDirectory: string;
  readonly keyDirectory: string;
  start(words?: StationWords): Promise<RunningStation>;
  /** Stops what still runs and removes everything. */
  tearDown(): Promise<void>;
}

export async function openHouse(): Promise<StationHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'loket-e2e-'));
  const dataDirectory = join(folder, 'data');
  const keyDirectory = join(folder, 'keys');
  const running = new Set<RunningStation>();
  return {
    dataDirectory,
    keyDirectory,
    async start(words = {}) {
      const station = await startStation(dataDirectory, keyDirectory, words);
      running.add(station);
      return station;
    },
    async tearDown() {
      await Promise.all([...running].map((station) => station.stop()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function argumentsOf(dataDirectory: string, words: StationWords): string[] {
  return [
    join(root, 'src', 'shell', 'start.ts'),
    ...['--shell', 'none', '--port', '0', '--data', dataDirectory],
    ...(words.demo === true ? ['--demo'] : []),
    ...(words.cameraFile === undefined ? [] : ['--camera-file', words.cameraFile]),
    ...(words.cardFile === undefined ? [] : ['--card-file', words.cardFile]),
  ];
}

function startStation(dataDirectory: string, keyDirectory: string, words: StationWords): Promise<RunningStation> {
  const child = spawn(join(root, 'node_modules', '.bin', 'node'), argumentsOf(dataDirectory, words), {
    cwd: root,
    env: {
      ...process.env,
      LOKET_KEY_DIR: keyDirectory,
      LOKET_DATA: '',
      LOKET_API_URL: words.hubUrl ?? '',
      NODE_NO_WARNINGS: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const people = new Map<PersonRole, Credentials>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`the station ended with ${code} before it was ready:\n${said}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      const person = /^ {2}(admin|staff|supervisor) +(\S+) +(\S+)$/.exec(line);
      if (person !== null) people.set(person[1] as PersonRole, { email: person[2] ?? '', password: person[3] ?? '' });
      const address = /the station is at (http:\/\/localhost:\d+\/#pair=\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      resolve({
        origin: new URL(address).origin,
        pairingAddress: address,
        people,
        pid: child.pid ?? 0,
        said: () => said,
        stop: () => end(child, ended, 'SIGTERM'),
        kill: async () => void (await end(child, ended, 'SIGKILL')),
      });
    });
  });
}

function end(child: ChildProcess, ended: Promise<number | null>, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}
