/** A secret that is neither in the arguments nor in the history of the shell: typed unseen, or the first line of a pipe. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** What is typed is not shown. At the end of the input without a line: an empty text. */
export async function secretFromInput(question: string): Promise<string> {
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY === true;
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: silent, terminal });
  if (terminal) stderr.write(question);
  try {
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
  } finally {
    lines.close();
    if (terminal) stderr.write('\n');
  }
}
